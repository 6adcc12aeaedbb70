import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const plainHttp = anyOf(
  /server gave http response to https client/,
  /first record does not look like a tls handshake/,
  /http request to an https server/,
  /plain http request was sent to https port/,
  /malformed http (?:response|status code|version) "\\+x1[56]\\+x03/,
  /wrong version number/,
);
const damaged = /tls: bad record mac|tls: error decrypting message/;
const certificate = anyOf(
  /\bx509\b/,
  /\btls: (?!use of closed connection|protocol is shutdown)/,
  /certificate (?:verify failed|signed by|has expired|is not trusted|is not valid|required)/,
  /self[- ]signed certificate/,
  /local issuer certificate/,
  /ssl certificate/,
  /ssl routines/,
  /unable to (?:read|load) (?:ca )?cert/,
  /unable to initialize cert pool/,
  /failed to load (?:x509 key pair|ca file|ca cert)/,
  /missing (?:client certificate|key) /,
  /client certificate/,
  /subject alternative name/,
);

/** Both ends disagree about encryption or certificates. A handshake that only takes too long is a fault of the network. */
export const tlsRules: readonly Rule[] = [
  {
    name: "plain-http-registry",
    class: "tls",
    permanent: true,
    advice:
      "One side speaks plain HTTP and the other HTTPS: correct the port, or configure the runtime for this registry (insecure or TLS).",
    source: "e069, e130, e200, e406; Go net/http client.go (ErrSchemeMismatch), server.go; nginx",
    matches: plainHttp,
  },
  {
    name: "tls-record-damaged",
    class: "tls",
    permanent: false,
    advice:
      "Encrypted data arrived damaged: try again, and suspect the network path or its middle boxes if it goes on.",
    source: "Go crypto/tls alert.go (bad record MAC, error decrypting message)",
    matches: damaged,
  },
  {
    name: "tls-not-trusted",
    class: "tls",
    permanent: true,
    advice:
      "The registry's certificate or TLS version is not accepted: install its CA on the node, renew the certificate, or check the node's clock.",
    source:
      "e065, e066, e067, e068, e071, e131; Go crypto/x509 verify.go and parser.go, crypto/tls alert.go; containerd docker/config/hosts.go; moby registry.go",
    matches: certificate,
  },
];
