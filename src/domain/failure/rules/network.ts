import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";

const impossibleAddress =
  /invalid port|unknown port|missing port in address|missing address|too many colons in address|unsupported protocol scheme|no host in request url|proxy: unknown scheme|invalid proxy|invalid url escape|invalid character .{0,20} in host name|cannot contain colon|missing '\]' in host|servname not supported|invalid ip-literal/;
const nameLookup =
  /no such host|server misbehaving|name resolution|name or service not known|lookup .{0,300}(?:timeout|timed out|refused|unreachable)|\bdns (?:message|server|response)|getaddrinfo|no address associated|no suitable address|could not resolve host|\beai_again\b|\benotfound\b|try again$|lame referral/;
const noConnection =
  /connection refused|actively refused|no route to host|(?:network|host) is (?:unreachable|down)|host unreachable|dial tcp|proxyconnect|socks connect|i\/o timeout|connect(?:ion)? timed out|connection attempt failed|operation timed out|handshake timeout|client\.timeout|awaiting (?:response )?headers|waiting for connection|cannot assign requested address|\be(?:connrefused|connreset|hostunreach|netunreach|timedout|pipe)\b/;
const brokenConnection =
  /connection reset|forcibly closed|broken pipe|connection abort|use of closed|transport connection broken|malformed http|server closed idle|goaway|stream error|connection error|http2: |client connection lost|unexpected eof|short read|[:\n] eof(?=$|[;,\])\n ])|^eof$|expected number of bytes|connection closed|response body closed|stopped after \d{1,3} redirects|no buffer space|server replied with more than|read on closed response/;
const serverFault =
  /service unavailable|internal server error|bad gateway|gateway time-?out|registryunavailable|registry is unavailable|temporarily unavailable/;

/** The registry, or the way to it, did not do its part. */
export const networkRules: readonly Rule[] = [
  {
    name: "proxy-wants-a-password",
    class: "registry-unavailable",
    permanent: true,
    advice:
      "The HTTP proxy wants a user name and password: put them into the runtime's proxy setting, or let this registry bypass the proxy.",
    source: "e150, e267; Go net/http transport.go (CONNECT refused with 407)",
    matches: (seen) => seen.httpStatus === 407 || /proxy authentication required/.test(seen.text),
  },
  {
    name: "registry-server-fault",
    class: "registry-unavailable",
    permanent: false,
    advice: "The registry answers with a server fault: try again later, and ask its operator if it goes on.",
    source: "e035, e038, e087, e176, e316, e356, e395; HTTP 5xx",
    matches: (seen) => (seen.httpStatus ?? 0) >= 500,
  },
  {
    name: "impossible-address",
    class: "registry-unavailable",
    permanent: true,
    advice: "The address of the registry, a mirror or the proxy can never work: correct its scheme, host or port.",
    source: "Go net (ipsock.go, lookup.go), net/url, net/http transport.go",
    matches: impossibleAddress,
  },
  {
    name: "registry-name-not-resolved",
    class: "registry-unavailable",
    permanent: false,
    advice: "The node cannot resolve the registry's host name: check the name and the node's DNS.",
    source: "e017, e024, e026, e349; Go net/dnsclient.go, cgo_unix.go",
    matches: nameLookup,
  },
  {
    name: "registry-unreachable",
    class: "registry-unavailable",
    permanent: false,
    advice:
      "The node cannot connect to the registry: check that it runs, and check firewalls, routes and proxy settings of the node.",
    source: "e016, e045, e049, e113, e149, e321, e429; Go net, net/http transport.go; errno",
    matches: noConnection,
  },
  {
    name: "connection-broken",
    class: "registry-unavailable",
    permanent: false,
    advice:
      "The connection to the registry broke in the middle: try again, and suspect a proxy or load balancer if it goes on.",
    source:
      "e014, e015, e041, e043, e089, e243; Go net/http, http2; containerd content helpers.go; containers-image body_reader.go",
    matches: brokenConnection,
  },
  {
    name: "registry-says-unavailable",
    class: "registry-unavailable",
    permanent: false,
    advice: "The registry says that it cannot serve now: try again later, and ask its operator if it goes on.",
    source: "e397, e418; distribution errcode UNAVAILABLE; cri-dockerd core/image.go; kubelet image_manager.go",
    matches: (seen: FailureText) => serverFault.test(seen.text),
  },
];
