import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";
import { registryCode } from "./registry-code.ts";

/** Old containers-image prints several codes of one answer; the first one comes from the challenge and knows more. */
const eitherCode = registryCode("(unauthorized|denied)");
const noLogin = anyOf(
  /no basic auth credentials/,
  /authentication (?:is )?required/,
  /incorrect username or password/,
  /invalid username(?:\/| or )password/,
  /authentication (?:failed|failure)/,
  /unauthenticated/,
  /invalid_token/,
  /bad credentials/,
  /invalid credentials/,
  /credentials? (?:is|are|was|were|has|have) (?:\w{1,10} )?(?:invalid|expired|rejected)/,
  /did not include a token in the response/,
  /missing realm/,
  /no realm specified/,
  /failed to find supported auth scheme/,
  /unable to retrieve auth token/,
  /illegal base64/,
  /invalid decoded auth/,
  /invalid authorization config/,
  /getting username and password/,
  /could not find robot/,
  /login required/,
  /unauthorized to access/,
  /not authorized$/,
);
const denied = anyOf(
  /access (?:denied|forbidden)/,
  /access to the (?:requested )?resource is denied/,
  /insufficient[_ ]scope/,
  /denied on resource/,
  /not authorized to (?:perform|access)/,
  /accessdenied/,
  /repository does not exist or may require/,
  /does not exist or no pull access/,
  /(?:operation|access|client|request|user) .{0,80}(?:not allowed|disallowed)/,
  /is blocked in /,
  /permission_denied/,
  /not have (?:the )?(?:needed |required )?permission/,
  /forbidden/,
);

const codeOf = (seen: FailureText): string | undefined => eitherCode.exec(seen.text)?.[1];
/** Only a status that says no more than "no" leaves the decision to the words. */
const wordsDecide = (seen: FailureText): boolean => seen.httpStatus === undefined || seen.httpStatus === 400;

const isUnauthorized = (seen: FailureText): boolean => {
  if (!wordsDecide(seen)) return seen.httpStatus === 401;
  const code = codeOf(seen);
  return code === undefined ? noLogin.test(seen.text) : code === "unauthorized";
};

const isForbidden = (seen: FailureText): boolean => {
  if (!wordsDecide(seen)) return seen.httpStatus !== undefined && [402, 403, 451].includes(seen.httpStatus);
  return codeOf(seen) === "denied" || denied.test(seen.text);
};

/** The registry does not serve this image to this caller. */
export const accessRules: readonly Rule[] = [
  {
    name: "credential-wanted-or-wrong",
    class: "unauthorized",
    permanent: true,
    advice:
      "The registry wants a login, or does not accept this one: give a pull secret for it, or renew the password or token.",
    source:
      "e007, e081, e140, e160, e161, e341, e400; HTTP 401; errcode UNAUTHORIZED; containerd docker/authorizer.go; containers-image docker_client.go",
    matches: isUnauthorized,
  },
  {
    name: "access-denied",
    class: "forbidden",
    permanent: true,
    advice:
      "This login may not pull the image, or the repository does not exist: check its name, and the rights of the pull secret.",
    source:
      "e008, e165, e167, e231, e283, e380, e401; HTTP 402, 403, 451; errcode DENIED; containerd docker/resolver.go; moby distribution/errors.go",
    matches: isForbidden,
  },
];
