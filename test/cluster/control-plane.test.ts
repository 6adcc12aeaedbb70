/** The control plane, its network, its registries and its clients. */
import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { binaries } from "../../cluster/binaries/build.ts";
import { auditedRequests, auditLog } from "../../cluster/control-plane/audit.ts";
import { adminKubeconfig } from "../../cluster/folder.ts";
import { addFakeNodes, removeFakeNodes } from "../../cluster/kwok/fake-nodes.ts";
import { cluster, core } from "./harness/cluster.ts";
import { eventually } from "./harness/eventually.ts";
import { openSpace } from "./harness/space.ts";

async function kubectl(...args: string[]): Promise<string> {
  const command = join(await binaries("1.35", ["kubectl"]), "kubectl");
  const options = { timeout: 60_000, env: { KUBECONFIG: adminKubeconfig(cluster), HOME: cluster.path } };
  return (await promisify(execFile)(command, args, options)).stdout;
}

it("kubectl of the module reaches pods, and pods reach the API server, the registries and pods of other nodes", async () => {
  const { namespace } = await openSpace();
  const start = (name: string, nodeName: string, command: readonly string[]) =>
    core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name },
        spec: {
          nodeName,
          terminationGracePeriodSeconds: 0,
          containers: [{ name, image: "registry.test:5000/public/tool:1", command: [...command] }],
        },
      },
    });
  await start("server", "kubelet-1-35", ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/bin"]);
  await start("client", "kubelet-1-37", ["/bin/busybox", "sleep", "600"]);
  await kubectl("wait", "-n", namespace, "--for=condition=Ready", "pod/server", "pod/client", "--timeout=60s");
  const server = (await core.readNamespacedPod({ name: "server", namespace })).status?.podIP ?? "";
  const inClient = (command: string) => kubectl("exec", "-n", namespace, "client", "--", "/bin/sh", "-c", command);
  expect(await inClient(`/bin/busybox wget -q -O - http://${server}:8080/sh | /bin/busybox wc -c`)).toMatch(
    /^\d{6,}\n$/,
  );
  expect(await inClient("/bin/busybox wget -q -O - http://10.77.0.1:5000/v2/")).toBe("{}");
  expect(await inClient("/bin/busybox nc -w 3 10.96.0.1 443 </dev/null && echo open")).toBe("open\n");
});

it("counts what a client asked in the audit log, and leaves out what the cluster's own parts ask", async () => {
  const before = (await stat(auditLog(cluster))).size;
  await core.listNode();
  const asked = await eventually("the request in the audit log", async () => {
    const requests = await auditedRequests(cluster, before);
    return requests.some(({ verb, objectRef }) => verb === "list" && objectRef?.resource === "nodes")
      ? requests
      : undefined;
  });
  expect(new Set(asked.map(({ user }) => user.username))).toEqual(new Set(["admin"]));
});

it("is reached on 127.0.0.1 only, and the host has no interface, route, name or namespace of it", async () => {
  const sockets = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
  const listening = sockets.filter(([, , , state]) => state === "0A").map(([, local = ""]) => local.split(":"));
  for (const port of Object.values(cluster.ports)) {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    expect(listening.filter(([, at]) => at === hex)).toEqual([["0100007F", hex]]);
  }
  const { stdout } = await promisify(execFile)("sh", [
    "-c",
    "ip -o link; ip route; cat /etc/hosts; ls /run/netns 2>/dev/null || true",
  ]);
  expect(stdout).not.toMatch(/10\.77\.|10\.88\.|10\.96\.|registry\.test|locked\.test|\bnode1\d\b|larder/);
  expect((await readFile("/proc/self/mountinfo", "utf8")).includes(join(cluster.path, "nodes", "kubelet-1-35"))).toBe(
    false,
  );
});

it("has hundreds of nodes that exist in the API only", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `fake-${index}`);
  onTestFinished(() => removeFakeNodes(cluster, names));
  await addFakeNodes(cluster, names.length);
  await eventually("300 fake nodes are Ready", async () => {
    const { items } = await core.listNode({ labelSelector: "type=kwok" });
    const ready = items.filter(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
    );
    return ready.length === names.length ? true : undefined;
  });
});

it("keeps the log of every part", async () => {
  const logs = await readdir(join(cluster.path, "logs"));
  expect(logs).toEqual(expect.arrayContaining(["kube-apiserver.log", "kubelet-1-35.kubelet.log", "cri-o.crio.log"]));
});
