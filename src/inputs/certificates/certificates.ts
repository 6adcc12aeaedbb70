import { X509Certificate } from "node:crypto";
import type { Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * A file with certificates of authorities, in PEM as openssl and cert-manager write it; what stands between them does not matter.
 * @returns each certificate as PEM, or the issue that makes the file unusable
 */
export function readCertificates(file: string, text: string): Result<readonly string[], Issue> {
  const certificates = text.match(block) ?? [];
  const bad = certificates.findIndex((certificate) => !isCertificate(certificate));
  if (certificates.length > 0 && bad === -1) return ok(certificates);
  return fail({
    code: "OPTION_INVALID",
    at: { file },
    problem: certificates.length === 0 ? "there is no certificate in it" : `its certificate ${bad + 1} cannot be read`,
    remedy: "give a file in PEM, with -----BEGIN CERTIFICATE-----",
  });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).validTo !== "";
  } catch {
    return false;
  }
}
