/** Runs inside the control plane's network: reads lines of `{"key": …, "object": …}`, and puts them into etcd as they are. */
import { createInterface } from "node:readline";

const TRANSACTION = "http://127.0.0.1:2379/v3/kv/txn";
/** etcd takes 128 at most, and 1.5 MiB. */
const AT_ONCE = 32;

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

async function put(puts: readonly object[]): Promise<void> {
  const answer = await fetch(TRANSACTION, { method: "POST", body: JSON.stringify({ success: puts }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`etcd: ${answer.status} ${text}`);
}

let puts: object[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { key, object } = JSON.parse(line) as { readonly key: string; readonly object: object };
  puts.push({ requestPut: { key: base64(key), value: base64(JSON.stringify(object)) } });
  if (puts.length === AT_ONCE) await put(puts.splice(0));
}
if (puts.length > 0) await put(puts);
