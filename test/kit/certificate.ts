import { createHash, generateKeyPairSync, sign } from "node:crypto";

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** A certificate that vouches for itself, made anew for each test so that no key lies in the repository (RFC 5280). */
export function selfSigned(options: { dnsName: string; ipAddress?: string; notAfter?: Date }): SelfSigned {
  const { dnsName, ipAddress = "127.0.0.1", notAfter = new Date("2099-01-01T00:00:00Z") } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(OID.commonName, der(0x0c, Buffer.from(dnsName)))));
  const alternatives = sequence(
    der(0x82, Buffer.from(dnsName)),
    der(0x87, Buffer.from(ipAddress.split(".").map(Number))),
  );
  const extensions = sequence(
    sequence(OID.basicConstraints, der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff]))))),
    sequence(OID.subjectAltName, der(0x04, alternatives)),
  );
  const spki = publicKey.export({ type: "spki", format: "der" });
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), createHash("sha256").update(spki).digest().subarray(0, 8)])),
    sequence(OID.ecdsaWithSha256),
    name,
    sequence(time(new Date("2020-01-01T00:00:00Z")), time(notAfter)),
    name,
    spki,
    der(0xa3, extensions),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", toBeSigned, privateKey)]);
  const certificate = sequence(toBeSigned, sequence(OID.ecdsaWithSha256), der(0x03, signature));
  return {
    certificate: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const OID = {
  commonName: oid("550403"),
  basicConstraints: oid("551d13"),
  subjectAltName: oid("551d11"),
  ecdsaWithSha256: oid("2a8648ce3d040302"),
};

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replaceAll(/[-:T]|\.\d+/g, "")));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
