/** The result of `larder policy --output json`: which pull policy each image can use. */
import { z } from "zod";
import { PULL_POLICIES, type PullPolicies, pullPoliciesOf } from "#domain/guard/pull-policies.ts";
import { normalizedImage, parseImageReference } from "#domain/image/reference.ts";
import type { Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Files } from "#ports/files.ts";
import { quote } from "../quote.ts";

/** More may stand there: a newer Larder says more. An image that no policy helps has none. */
const schema = z.object({
  images: z.array(z.object({ image: z.string(), policy: z.enum(PULL_POLICIES).nullable() })),
});

export async function readPullPolicies(
  file: string,
  files: Pick<Files, "read">,
): Promise<Result<PullPolicies, readonly Issue[]>> {
  const bytes = await files.read(file);
  if (!bytes.ok) {
    const problem = `the file of pull policies ${bytes.error}`;
    return fail([{ code: "FILE_UNREADABLE", at: { file }, problem, remedy: "name a file that can be read" }]);
  }
  return parsePullPolicies(file, Buffer.from(bytes.value).toString("utf8"));
}

export function parsePullPolicies(file: string, text: string): Result<PullPolicies, readonly Issue[]> {
  const json = parseJson(text);
  if (!json.ok) return fail([invalid(file, json.error)]);
  const read = schema.safeParse(json.value);
  if (!read.success) {
    return fail(read.error.issues.map(({ path, message }) => invalid(file, `${path.join(".") || "it"}: ${message}`)));
  }
  const issues: Issue[] = [];
  const images = read.data.images.flatMap(({ image, policy }) => {
    const reference = parseImageReference(image);
    if (!reference.ok) issues.push(invalid(file, `${quote(image)} ${reference.error}`));
    return reference.ok && policy !== null ? [{ image: normalizedImage(reference.value), policy }] : [];
  });
  return issues.length > 0 ? fail(issues) : ok(pullPoliciesOf(images));
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail("it is not JSON");
  }
}

function invalid(file: string, problem: string): Issue {
  return { code: "POLICY_INVALID", at: { file }, problem, remedy: "write it with larder policy --output json" };
}
