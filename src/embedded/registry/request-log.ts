import type { Authorization } from "./authorization.ts";

/** One request, as a test or a person wants to see it afterwards: never a password, never a token. */
export interface LoggedRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** undefined: not answered, or not yet. */
  readonly status: number | undefined;
  /** What kind of Authorization header it carried. */
  readonly authorization: Authorization["scheme"];
  /** Of Basic authentication, whether the password was right or not. */
  readonly username: string | undefined;
  /** Kinds of the faults that hit it. */
  readonly faults: readonly string[];
}

/** A line that is still being written. */
export interface LogLine extends LoggedRequest {
  status: number | undefined;
  readonly faults: string[];
}

export class RequestLog {
  readonly #lines: LogLine[] = [];

  open(method: string, path: string, authorization: Authorization): LogLine {
    const username = authorization.scheme === "basic" ? authorization.username : undefined;
    const line = { method, path, status: undefined, authorization: authorization.scheme, username, faults: [] };
    this.#lines.push(line);
    return line;
  }

  /** In the order in which they came in. */
  all(): readonly LoggedRequest[] {
    return this.#lines.map((line) => ({ ...line, faults: [...line.faults] }));
  }
}
