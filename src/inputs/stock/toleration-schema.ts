/** Tolerations as Kubernetes checks them in a pod's spec, so that none is refused only when the Stock is applied. */
import { z } from "zod";
import { checkLabelKey, checkLabelValue } from "#domain/cluster/labels.ts";
import { TAINT_EFFECTS, type Toleration } from "#domain/cluster/toleration.ts";
import { checkedText } from "./text-schema.ts";

export const tolerationFields = z.strictObject({
  key: checkedText(checkLabelKey, "write the taint's key, as kubectl describe node shows it")
    .optional()
    .meta({ description: "Key of the taint. Without one, and with operator Exists: every taint." }),
  operator: z
    .enum(["Exists", "Equal"])
    .optional()
    .meta({ description: "Equal: the taint has this value. Exists: it has any.", default: "Equal" }),
  value: checkedText(checkLabelValue, "write the taint's value, as kubectl describe node shows it")
    .optional()
    .meta({ description: "Value of the taint, with operator Equal." }),
  effect: z.enum(TAINT_EFFECTS).optional().meta({ description: "Default: every effect." }),
  tolerationSeconds: z
    .int()
    .optional()
    .meta({ description: "With effect NoExecute: how long to stay once the taint is there. Default: for ever." }),
});

export const tolerationSchema = tolerationFields.transform((written, context): Toleration => {
  const contradiction = contradictionIn(written);
  if (contradiction === undefined) return tolerationOf(written);
  const { field, problem, remedy } = contradiction;
  context.issues.push({ code: "custom", input: written, path: [field], message: problem, params: { remedy } });
  return z.NEVER;
});

type WrittenToleration = z.output<typeof tolerationFields>;

function contradictionIn(
  written: WrittenToleration,
): { field: keyof WrittenToleration; problem: string; remedy: string } | undefined {
  const { key, operator, value, effect, tolerationSeconds } = written;
  if (operator === "Exists" && value) {
    return { field: "value", problem: "does not go with operator Exists", remedy: "remove one of the two" };
  }
  if (operator !== "Exists" && key === undefined) {
    const remedy = "give a key, or write operator: Exists for every taint";
    return { field: "key", problem: "is missing", remedy };
  }
  if (tolerationSeconds !== undefined && effect !== "NoExecute") {
    const remedy = "write effect: NoExecute, or remove it";
    return { field: "tolerationSeconds", problem: "means something with effect NoExecute only", remedy };
  }
  return undefined;
}

/** @param written without contradictions */
function tolerationOf({ key, operator, value, effect, tolerationSeconds }: WrittenToleration): Toleration {
  const taint =
    operator === "Exists" || key === undefined
      ? { operator: "Exists" as const, ...(key !== undefined && { key }) }
      : { operator: "Equal" as const, key, value: value ?? "" };
  if (effect !== "NoExecute") return { ...taint, ...(effect !== undefined && { effect }) };
  return { ...taint, effect, ...(tolerationSeconds !== undefined && { tolerationSeconds }) };
}
