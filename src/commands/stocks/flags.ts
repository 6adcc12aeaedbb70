import { parsePlaceholder } from "../placeholder.ts";

/** The options of every command that reads Stocks. */
export interface StockFlags {
  readonly file: readonly string[];
  readonly imagesFrom?: readonly string[];
  readonly set?: readonly (readonly [name: string, value: string])[];
}

const setFlag = {
  kind: "parsed",
  parse: parsePlaceholder,
  optional: true,
  variadic: true,
  brief: "Value of a ${NAME} in image lists and Stocks (repeatable)",
  placeholder: "NAME=VALUE",
} as const;

export const stockFlags = {
  file: {
    kind: "parsed",
    parse: String,
    variadic: true,
    brief: "File with Stocks (YAML); - is standard input (repeatable)",
    placeholder: "file",
  },
  imagesFrom: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Image list that is added to the Stock; - is standard input (repeatable)",
    placeholder: "file",
  },
  set: setFlag,
} as const;

/** The options of commands that look at Stocks which are in the cluster already: they need a file for their names only. */
export interface ChoiceFlags {
  readonly file?: readonly string[];
  readonly set?: readonly (readonly [name: string, value: string])[];
}

export const choiceFlags = {
  file: { ...stockFlags.file, optional: true, brief: "File with the Stocks that are meant (YAML; repeatable)" },
  set: { ...setFlag, brief: "Not needed here, and taken so that all commands can be given the same options" },
} as const;

/** `-f larder.yaml` */
export const stockAliases = { f: "file" } as const;
