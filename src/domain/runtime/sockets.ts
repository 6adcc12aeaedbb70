/**
 * Where the CRI socket of a node is: the well-known places, in the order in which they are asked, and how a person may
 * write one down.
 *
 * The places that only one distribution uses come first and containerd's own comes last, because a node with Docker on it
 * has `/run/containerd/containerd.sock` too, from a containerd whose CRI part is switched off, while its kubelet talks to
 * another socket. For the same reason a socket that is there is not yet the right one: it must answer Version.
 */
import { fail, ok, type Result } from "../result.ts";

export interface WellKnownSocket {
  readonly path: string;
  /** What listens there. */
  readonly runtime: "containerd" | "CRI-O" | "cri-dockerd";
  /** Distributions whose kubelet uses it, as people call them. */
  readonly usedBy: readonly string[];
}

/** In the order in which they are probed. EKS' SOCI socket is left out: it serves image calls only, and not Version. */
export const WELL_KNOWN_SOCKETS: readonly WellKnownSocket[] = [
  {
    path: "/run/k3s/containerd/containerd.sock",
    runtime: "containerd",
    usedBy: ["K3s", "RKE2", "Harvester", "Colima", "Rancher Desktop"],
  },
  {
    path: "/run/k3s/cri-dockerd/cri-dockerd.sock",
    runtime: "cri-dockerd",
    usedBy: ["K3s started with --docker", "Colima with Docker", "Rancher Desktop with moby"],
  },
  { path: "/var/snap/microk8s/common/run/containerd.sock", runtime: "containerd", usedBy: ["MicroK8s"] },
  { path: "/run/k0s/containerd.sock", runtime: "containerd", usedBy: ["k0s"] },
  {
    path: "/var/run/crio/crio.sock",
    runtime: "CRI-O",
    usedBy: ["OpenShift", "ROSA", "ARO", "OKE", "minikube with CRI-O", "kubeadm with CRI-O"],
  },
  {
    path: "/var/run/cri-dockerd.sock",
    runtime: "cri-dockerd",
    usedBy: ["minikube with Docker", "Docker Desktop (kubeadm)", "kubeadm with cri-dockerd"],
  },
  {
    path: "/run/containerd/containerd.sock",
    runtime: "containerd",
    usedBy: [
      "GKE",
      "EKS",
      "AKS",
      "DOKS",
      "LKE",
      "IKS",
      "kind",
      "minikube with containerd",
      "Docker Desktop (kind)",
      "Talos",
      "kubeadm with containerd",
    ],
  },
];

/** Bytes of a socket's path, by the size of sun_path in Linux' sockaddr_un (108, one of them for the final zero). */
export const SOCKET_PATH_BYTES_MAX = 107;

/**
 * Reads a socket as people and kubelets write it: `unix:///run/x.sock`, `unix:/run/x.sock` or `/run/x.sock`.
 * @returns the absolute path, or why the text cannot be one, as a clause that follows the quoted text
 */
export function parseSocketPath(written: string): Result<string, string> {
  const path = written.replace(/^unix:(?:\/\/(?=\/)|(?=\/(?!\/)))/, "");
  if (path === "") return fail("is empty");
  const scheme = /^([a-z]+):\/\//i.exec(path)?.[1];
  if (scheme !== undefined && scheme !== "unix") return fail(`has the scheme ${scheme}, and only unix is supported`);
  if (!path.startsWith("/")) return fail("is not an absolute path");
  const bytes = Buffer.byteLength(path);
  if (bytes > SOCKET_PATH_BYTES_MAX)
    return fail(`is ${bytes} bytes long, and a socket's path has at most ${SOCKET_PATH_BYTES_MAX}`);
  return ok(path);
}

/** `/run/k0s/containerd.sock (containerd, as on k0s)` */
export function describeSocket(socket: WellKnownSocket): string {
  return `${socket.path} (${socket.runtime}, as on ${socket.usedBy.join(", ")})`;
}
