import type { ApiObject } from "../cluster/api-object.ts";
import { listAt, textAt } from "../json/unknown-value.ts";

/** The images that a policy of ours holds, read back from its own expressions: they alone decide. */
export function listedImages(policy: ApiObject): readonly string[] {
  return listAt(policy, "spec", "variables").flatMap((variable) => {
    const isList = /^without\d+$/.test(textAt(variable, "name") ?? "");
    const text = isList ? (textAt(variable, "expression") ?? "") : "";
    const list = text.slice(text.indexOf(" in [") + 1);
    return Array.from(list.matchAll(/'([^']*)'/g), ([, image = ""]) => image);
  });
}
