import { expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import { selfSigned } from "../../../test/kit/certificate.ts";
import { readCertificates } from "./certificates.ts";

const one = selfSigned({ dnsName: "one.test" });
const two = selfSigned({ dnsName: "two.test" });

it("certificates are read with whatever stands around them", () => {
  const text = `# ours\nsubject=/CN=one\n${one.certificate}\r\n${two.certificate.replaceAll("\n", "\r\n")}# end\n`;
  const read = readCertificates("ca.pem", text);
  expect(read.ok && read.value.map((pem) => pem.replaceAll("\r", ""))).toEqual([
    one.certificate.trim(),
    two.certificate.trim(),
  ]);
});

it.each([
  ["", "ca.pem: there is no certificate in it; give a file in PEM"],
  [one.key, "there is no certificate in it"],
  [`${one.certificate}${two.certificate.replace(/MII/, "AAA")}`, "ca.pem: its certificate 2 cannot be read"],
])("a file without good ones says so, and shows nothing of it", (text, expected) => {
  const read = readCertificates("ca.pem", text);
  expect(read.ok ? "" : formatIssue(read.error)).toContain(expected);
});
