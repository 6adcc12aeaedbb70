/** What a registry answers with 401 asks for (RFC 9110 section 11.6.1; docker token specification). */
export interface Challenge {
  readonly scheme: "bearer" | "basic";
  readonly parameters: Readonly<Record<string, string>>;
}

const parameter = /[a-z_]+=(?:"[^"]*"|[^\s,"]+)/.source;
/** A scheme that is not the name of a parameter, and the parameters that can be read, if any. */
const challengePattern = new RegExp(
  `(?:^|,)\\s*(?<scheme>[a-z]+)(?![a-z_=])(?:\\s+(?<parameters>${parameter}(?:\\s*,\\s*${parameter})*))?`,
  "gi",
);
const parameterPattern = /(?<name>[a-z_]+)=(?:"(?<quoted>[^"]*)"|(?<bare>[^\s,"]+))/gi;

/** The challenges that can be answered, Bearer before Basic as containerd tries them. */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const challenges: Challenge[] = [];
  for (const { groups } of (header ?? "").matchAll(challengePattern)) {
    const scheme = groups?.["scheme"]?.toLowerCase();
    if (scheme !== "bearer" && scheme !== "basic") continue;
    challenges.push({ scheme, parameters: parametersIn(groups?.["parameters"] ?? "") });
  }
  return challenges.toSorted((left, right) => Number(left.scheme === "basic") - Number(right.scheme === "basic"));
}

function parametersIn(text: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const { groups } of text.matchAll(parameterPattern)) {
    const name = groups?.["name"]?.toLowerCase();
    if (name !== undefined) parameters[name] = groups?.["quoted"] ?? groups?.["bare"] ?? "";
  }
  return parameters;
}
