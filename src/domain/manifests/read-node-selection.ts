/** Requirements and tolerations as an inventory holds them, checked again. */
import { checkLabelKey, checkLabelValue } from "../cluster/labels.ts";
import type { NodeRequirement } from "../cluster/node-selector.ts";
import { TAINT_EFFECTS, type Toleration } from "../cluster/toleration.ts";
import { integerAt, textAt, textsAt } from "../json/unknown-value.ts";
import { fail, ok, type Result } from "../result.ts";

/** @returns the requirement, or what is wrong, as a clause that follows the field's name */
export function readRequirement(written: unknown): Result<NodeRequirement, string> {
  const key = textAt(written, "key") ?? "";
  const operator = textAt(written, "operator");
  const goodKey = checkLabelKey(key);
  if (!goodKey.ok) return fail(`has a key that ${goodKey.error}`);
  if (operator === "Exists" || operator === "DoesNotExist") return ok({ key, operator });
  if (operator === "In" || operator === "NotIn") {
    const values = textsAt(written, "values");
    if (values.length === 0) return fail("has no values");
    const wrong = values.map(checkLabelValue).find((value) => !value.ok);
    return wrong !== undefined && !wrong.ok ? fail(`has a value that ${wrong.error}`) : ok({ key, operator, values });
  }
  const value = integerAt(written, "value");
  if ((operator === "Gt" || operator === "Lt") && value !== undefined) return ok({ key, operator, value });
  return fail("has an operator that is not known");
}

/** @returns the toleration, or what is wrong, as a clause that follows the field's name */
export function readToleration(written: unknown): Result<Toleration, string> {
  const taint = toleratedTaint(textAt(written, "operator"), textAt(written, "key"), textAt(written, "value"));
  if (taint === undefined) return fail("has no taint that it tolerates");
  const text = textAt(written, "effect");
  if (text === undefined) return ok(taint);
  const effect = TAINT_EFFECTS.find((known) => known === text);
  if (effect === undefined) return fail("has an effect that is not known");
  if (effect !== "NoExecute") return ok({ ...taint, effect });
  const tolerationSeconds = integerAt(written, "tolerationSeconds");
  return ok({ ...taint, effect, ...(tolerationSeconds !== undefined && { tolerationSeconds }) });
}

function toleratedTaint(operator?: string, key?: string, value = "") {
  if (operator === "Exists") return { operator, ...(key !== undefined && { key }) } as const;
  return operator === "Equal" && key !== undefined ? ({ operator, key, value } as const) : undefined;
}
