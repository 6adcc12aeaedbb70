/** Faults as data: which requests go wrong, how often, and how. */
import { liesUnder } from "./repository-prefix.ts";
import type { RoutePart } from "./route.ts";

export interface FaultRule {
  readonly on: FaultTarget;
  /** How many requests it hits; afterwards the next rule that matches counts, or none. @default all of them */
  readonly times?: number;
  readonly fault: Fault;
}

/** What is left out matches everything. */
export interface FaultTarget {
  /** A repository or a prefix of some: `team` stands for `team` and everything below `team/`. */
  readonly repository?: string;
  /** Tag or digest of a manifest, or digest of a blob. A tag also stands for the digest that it points to. */
  readonly reference?: string;
  readonly part?: Extract<RoutePart, "ping" | "token" | "tags" | "manifest" | "blob" | "upload">;
  /** `GET`, `HEAD`, … */
  readonly method?: string;
}

export type Fault = AnswerFault | BodyFault;

/** Instead of the right answer, or before it. Counted for each request that matches. */
export type AnswerFault =
  /** An error in the registry's own format; 401 comes with the usual challenge. Without `retryAfterSeconds` there is no Retry-After. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly message?: string;
    }
  /** Accepts the request and does not answer, for `forMs` or for ever. */
  | { readonly kind: "stall"; readonly forMs?: number }
  /** A page of HTML where JSON belongs, as captive portals and proxies send. @default status 200 */
  | { readonly kind: "html"; readonly status?: number }
  /** Redirects to where the request already is. */
  | { readonly kind: "redirect-loop" }
  /** 307 to another place, as registries do that keep blobs elsewhere. */
  | { readonly kind: "redirect"; readonly location: string }
  /** 401 with this as WWW-Authenticate. @default a Bearer challenge without realm and with an open quote */
  | { readonly kind: "broken-challenge"; readonly challenge?: string };

/** Spoils the right answer. Counted only where there is one with a body: a GET that succeeds. */
export type BodyFault =
  /** The body trickles. Rates below one byte a second are fine. */
  | { readonly kind: "slow"; readonly bytesPerSecond: number }
  /** Headers, the first bytes of the body, then silence, for `forMs` or for ever. @default afterBytes 0 */
  | { readonly kind: "hang"; readonly afterBytes?: number; readonly forMs?: number }
  /** One wrong byte in the middle; the length is right. */
  | { readonly kind: "corrupt" }
  /** A body that is too short, with a Content-Length to match. @default half of the bytes */
  | { readonly kind: "truncate"; readonly keepBytes?: number }
  /** A Content-Length that is off by this much; the body is whole, and the connection ends behind it. */
  | { readonly kind: "wrong-length"; readonly offBy: number }
  /** The connection is reset in the middle of the body; a client that reads slowly gets fewer bytes. @default after half of them */
  | { readonly kind: "reset"; readonly afterBytes?: number };

export interface FaultyRequest {
  readonly method: string;
  readonly part: RoutePart;
  readonly repository?: string;
  /** All names of what is asked for: the tag and its digest. */
  readonly references: readonly string[];
}

/** The rules in force, with what is left of their counts. */
export class FaultPlan {
  readonly #rules: { readonly rule: FaultRule; left: number }[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
  }

  /** Takes one from the count of the first rule that matches. */
  takeAnswerFault(request: FaultyRequest): AnswerFault | undefined {
    for (const entry of this.#matching(request)) {
      const { fault } = entry.rule;
      if (isBodyFault(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }

  takeBodyFault(request: FaultyRequest): BodyFault | undefined {
    for (const entry of this.#matching(request)) {
      const { fault } = entry.rule;
      if (!isBodyFault(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }

  #matching(request: FaultyRequest): { readonly rule: FaultRule; left: number }[] {
    return this.#rules.filter(({ rule, left }) => left > 0 && matches(rule.on, request));
  }
}

function matches(on: FaultTarget, request: FaultyRequest): boolean {
  if (on.part !== undefined && on.part !== request.part) return false;
  if (on.method !== undefined && on.method !== request.method) return false;
  if (on.reference !== undefined && !request.references.includes(on.reference)) return false;
  if (on.repository === undefined) return true;
  return request.repository !== undefined && liesUnder(request.repository, on.repository);
}

function isBodyFault(fault: Fault): fault is BodyFault {
  switch (fault.kind) {
    case "slow":
    case "hang":
    case "corrupt":
    case "truncate":
    case "wrong-length":
    case "reset":
      return true;
    default:
      return false;
  }
}
