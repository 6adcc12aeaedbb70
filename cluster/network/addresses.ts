/** Addresses inside the control plane's network namespace; no other namespace of the machine ever sees them. */
const NODES = "10.77.0";

/** Control plane and registries, as nodes and pods reach them. */
export const GATEWAY = `${NODES}.1`;
/** Of the service `kubernetes`, the first of the range. */
export const SERVICE_IP = "10.96.0.1";
export const SERVICE_RANGE = "10.96.0.0/16";
/** Node numbers: the last part of a node's address. */
export const FIRST_NODE = 11;
export const LAST_NODE = 250;

/** Registry without accounts, as it stands in image references. */
export const OPEN_REGISTRY = "registry.test:5000";
/** The same repositories, for alice and bob only. */
export const LOCKED_REGISTRY = "locked.test:5001";

export function nodeAddress(number: number): string {
  return `${NODES}.${number}`;
}

export function podRange(number: number): string {
  return `10.88.${number}.0/24`;
}
