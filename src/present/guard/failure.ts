import { printable } from "../wording/printable.ts";

/** Why a cluster cannot do it, and what can be done instead. */
export function unservedText(policy: "validating" | "mutating", version: string): string {
  const server = `this API server (${printable(version)})`;
  if (policy === "mutating") {
    return `${server} serves no MutatingAdmissionPolicy, which is on by default from Kubernetes 1.36 on: leave out --set-pull-policy, and write the policies into the manifests with larder policy apply instead`;
  }
  return `${server} serves no ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1), which Kubernetes has from 1.30 on, so it cannot guard anything: upgrade it, or let tests use imagePullPolicy Never, by which the kubelet refuses what is not stocked (larder policy says for which images that works)`;
}

export function unprovenText(words: string): string {
  return `the deadline passed before the API server showed that it does what was asked (last: ${printable(words)}); larder guard status shows how it stands`;
}
