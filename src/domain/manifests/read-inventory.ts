/** An inventory as it is found in a cluster, where anybody may have changed it, and where a newer Larder may have written it. */
import type { ApiObject } from "../cluster/api-object.ts";
import { checkLabelKey, checkLabelValue, type Labels } from "../cluster/labels.ts";
import { type DnsLabel, parseDnsLabel, parseDnsSubdomain } from "../cluster/names.ts";
import { parseArchitecture, parseOperatingSystem, parsePlatform } from "../cluster/platform.ts";
import { parseImageReference } from "../image/reference.ts";
import { flagAt, integerAt, isRecord, listAt, textAt, textMapAt, textsAt, valueAt } from "../json/unknown-value.ts";
import { fail, ok, type Result } from "../result.ts";
import { type NodeSelection, STOCK_METHODS, type StockMethod } from "../stock/stock.ts";
import { INVENTORY_FORMAT, INVENTORY_KEY, type Inventory, type InventoryGroup } from "./inventory.ts";
import { readRequirement, readToleration } from "./read-node-selection.ts";

/** @returns the inventory, or why it cannot be used, as a clause after the ConfigMap's name */
export function readInventory(object: ApiObject): Result<Inventory, string> {
  const text = textAt(object, "data", INVENTORY_KEY);
  if (text === undefined) return fail(`has no ${INVENTORY_KEY}`);
  const written = parseJson(text);
  if (!isRecord(written)) return fail(`has an ${INVENTORY_KEY} that is no JSON object`);
  const format = integerAt(written, "format");
  const version = textAt(written, "version") ?? "";
  if (format !== undefined && format > INVENTORY_FORMAT) {
    return fail(`was written by a newer Larder (${JSON.stringify(version.slice(0, 40))}), which this one cannot read`);
  }
  if (format !== INVENTORY_FORMAT) return fail(`has an ${INVENTORY_KEY} of no known format`);
  try {
    return ok(inventoryOf(written, version, object));
  } catch (error) {
    if (error instanceof Unreadable) return fail(`has an ${INVENTORY_KEY} that is wrong: ${error.message}`);
    throw error;
  }
}

/** Thrown inside this file only. */
class Unreadable extends Error {}

function inventoryOf(written: object, version: string, object: ApiObject): Inventory {
  const name = orThrow("name", parseDnsLabel(textAt(written, "name") ?? ""));
  const namespace = orThrow("namespace", parseDnsLabel(textAt(written, "namespace") ?? ""));
  checkPlace(name, namespace, object);
  return {
    version,
    name,
    namespace,
    method: methodOf(textAt(written, "method")),
    nodes: selectionOf(valueAt(written, "nodes")),
    timeoutMs: millisecondsAt(written, "timeoutMs"),
    graceMs: millisecondsAt(written, "graceMs"),
    nodeLabels: labelsOf(textMapAt(written, "nodeLabels")),
    images: listAt(written, "images").map(imageOf),
    groups: listAt(written, "groups").map(groupOf),
    hasLabelledNodes: flagAt(written, "hasLabelledNodes") === true,
    revisions: textsAt(written, "revisions"),
  };
}

/** A copy elsewhere must not make `down` take away what is not meant. */
function checkPlace(name: DnsLabel, namespace: DnsLabel, { metadata }: ApiObject): void {
  if (metadata.namespace !== namespace || metadata.name !== `larder-stock-${name}`) {
    throw new Unreadable(`it is of ${namespace}/${name}, and lies elsewhere`);
  }
}

function imageOf(written: unknown): Inventory["images"][number] {
  const reference = orThrow("images", parseImageReference(textAt(written, "reference") ?? ""));
  const platform = textAt(written, "platform");
  if (platform === undefined) return { reference };
  return { reference, platform: orThrow("platform", parsePlatform(platform)) };
}

function groupOf(written: unknown): InventoryGroup {
  const role = textAt(written, "role");
  if (role !== "shelf" && role !== "agent") throw new Unreadable("a group is neither of shelves nor of agents");
  return {
    role,
    name: orThrow("name", parseDnsLabel(textAt(written, "name") ?? "")),
    requirements: listAt(written, "requirements").map((one) => orThrow("requirements", readRequirement(one))),
    description: textAt(written, "description") ?? "",
  };
}

function selectionOf(written: unknown): NodeSelection {
  return {
    os: orThrow("os", parseOperatingSystem(textAt(written, "os") ?? "")),
    architectures: listAt(written, "architectures").map((one) =>
      orThrow("architectures", parseArchitecture(String(one))),
    ),
    requirements: listAt(written, "requirements").map((one) => orThrow("requirements", readRequirement(one))),
    names: listAt(written, "names").map((one) => orThrow("names", parseDnsSubdomain(String(one)))),
    tolerations: listAt(written, "tolerations").map((one) => orThrow("tolerations", readToleration(one))),
  };
}

function labelsOf(written: ReadonlyMap<string, string>): Labels {
  for (const [key, value] of written) {
    orThrow("nodeLabels", checkLabelKey(key));
    orThrow("nodeLabels", checkLabelValue(value));
  }
  return written;
}

function methodOf(text: string | undefined): StockMethod {
  const method = STOCK_METHODS.find((known) => known === text);
  if (method === undefined) throw new Unreadable("its method is not known");
  return method;
}

function millisecondsAt(written: object, field: string): number {
  const value = valueAt(written, field);
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw new Unreadable(`its ${field} is no time`);
}

function orThrow<T>(field: string, result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new Unreadable(`a value of ${field} ${result.error}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
