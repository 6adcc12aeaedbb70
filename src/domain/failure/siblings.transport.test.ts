/**
 * Wordings that stand next to the recorded ones: the other errors of the same tables in Go, Linux, gRPC, the runtimes and the registries.
 * Nobody recorded them; their meaning is that of their neighbours.
 */
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";

const digest = `sha256:${"a".repeat(64)}`;
const pull = 'failed to pull and unpack image "r.example.com/a/b:v1": ';
const asked = (message: string, grpcCode?: string) => {
  const { class: failureClass, permanent } = classify({ message, ...(grpcCode && { grpcCode }) });
  return `${failureClass}${permanent ? ", permanent" : ""}`;
};

function expectEach(verdict: string, messages: readonly string[], grpcCode?: string): void {
  for (const message of messages) expect(`${asked(message, grpcCode)} ← ${message}`).toBe(`${verdict} ← ${message}`);
}

/** One cause in the words of each runtime that may meet it while it asks the registry. */
const whileAsking = (cause: string) => [
  `${pull}failed to resolve reference "r.example.com/a/b:v1": failed to do request: Head "https://r.example.com/v2/a/b/manifests/v1": ${cause}`,
  `initializing source docker://r.example.com/a/b:v1: pinging container registry r.example.com: Get "https://r.example.com/v2/": ${cause}`,
  `Error response from daemon: Get "https://r.example.com/v2/": ${cause}`,
];
const whileWriting = (cause: string) => [
  `${pull}failed to copy: failed to send write: write /var/lib/containerd/io.containerd.content.v1.content/ingest/abc/data: ${cause}: unknown`,
  `writing blob: storing blob to file "/var/tmp/container_images_storage1/1": write /var/tmp/container_images_storage1/1: ${cause}`,
  `failed to register layer: Error processing tar file(exit status 1): write /usr/lib/x: ${cause}`,
];
const whileUnpacking = (cause: string) => [
  `${pull}failed to extract layer ${digest}: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount1: ${cause}: unknown`,
  `writing blob: adding layer with blob "${digest}"/""/"${digest}": unpacking failed (error: exit status 1; output: ${cause})`,
  `failed to register layer: ${cause}`,
];

describe("the node's disk", () => {
  it.each([
    "no space left on device",
    "disk quota exceeded",
    "read-only file system",
    "input/output error",
    "structure needs cleaning",
    "stale file handle",
    "too many open files",
    "too many open files in system",
    "cannot allocate memory",
  ])("%s", (errno) => expectEach("disk", [...whileWriting(errno), ...whileUnpacking(`write /x: ${errno}`)]));

  it("in other words", () =>
    expectEach("disk", [
      "devmapper: Thin Pool has 1234 free data blocks which is less than minimum required 163840 free data blocks. Create more free space in thin pool or use dm.min_free_space option to change behavior",
      "fork/exec /usr/bin/unpigz: resource temporarily unavailable",
      "hcsshim::ImportLayer failed in Win32: There is not enough space on the disk. (0x70)",
    ]));

  it("is not the registry's disk", () =>
    expectEach("registry-unavailable", [
      "reading manifest v1 in h/a: received unexpected HTTP status: 500 Internal Server Error: write /var/lib/registry/x: no space left on device",
    ]));
});

describe("certificates and TLS", () => {
  it.each([
    "x509: certificate is valid for a.example.com, not b.example.com",
    "x509: certificate is not valid for any names, but wanted to match r.example.com",
    "x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs",
    "x509: certificate has expired or is not yet valid",
    "x509: too many intermediates for path length constraint",
    "x509: certificate is not authorized to sign other certificates",
    "x509: certificate specifies an incompatible key usage",
    "x509: unhandled critical extension",
    "x509: failed to load system roots and no roots provided",
    "x509: negative serial number",
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "CA")',
    "tls: failed to verify certificate: x509: “r” certificate is not trusted",
    "tls: server selected unsupported protocol version 301",
    "tls: no supported versions satisfy MinVersion and MaxVersion",
    "tls: server did not echo the legacy session ID",
    "tls: oversized record received with length 20527",
    "remote error: tls: handshake failure",
    "remote error: tls: bad certificate",
    "remote error: tls: unrecognized name",
    "remote error: tls: internal error",
    "remote error: tls: unknown certificate authority",
    "remote error: tls: no application protocol",
    "proxyconnect tcp: x509: certificate signed by unknown authority",
    "http: server gave HTTP response to HTTPS client",
    'net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
  ])("%s", (cause) => expectEach("tls, permanent", whileAsking(cause)));

  it("a plain request to a TLS port, and files that are missing", () =>
    expectEach("tls, permanent", [
      `${pull}unexpected status from HEAD request to http://r.example.com:5443/v2/: 400 Bad Request\nClient sent an HTTP request to an HTTPS server.\n`,
      "missing client certificate client.cert for key client.key",
      'unable to read CA cert "/etc/containerd/certs.d/h/ca.crt": open /etc/containerd/certs.d/h/ca.crt: no such file or directory',
    ]));

  it("damaged records are worth a retry", () => expectEach("tls", whileAsking("local error: tls: bad record MAC")));
});

describe("the network", () => {
  it.each([
    "dial tcp 10.0.0.1:443: connect: connection timed out",
    "dial tcp 10.0.0.1:443: connect: host is down",
    "dial tcp [::1]:443: connect: cannot assign requested address",
    "dial tcp: lookup r.example.com on 10.0.0.10:53: server misbehaving",
    "dial tcp: lookup r.example.com: i/o timeout",
    "dial tcp: lookup r.example.com on 10.0.0.10:53: read udp 1.1.1.1:2->3.3.3.3:53: read: connection refused",
    "dial tcp: lookup r.example.com on [::1]:53: dial udp [::1]:53: connect: network is unreachable",
    "dial tcp: lookup r.example.com: Temporary failure in name resolution",
    "dial tcp: lookup r.example.com: Name or service not known",
    "read tcp 1.1.1.1:2->3.3.3.3:443: read: connection timed out",
    "read tcp 1.1.1.1:2->3.3.3.3:443: i/o timeout",
    "write tcp 1.1.1.1:2->3.3.3.3:443: write: broken pipe",
    "readLoopPeekFailLocked: read tcp 1.1.1.1:2->3.3.3.3:443: read: connection reset by peer",
    'http2: server sent GOAWAY and closed the connection; LastStreamID=1999, ErrCode=NO_ERROR, debug=""',
    "stream error: stream ID 7; INTERNAL_ERROR; received from peer",
    "connection error: PROTOCOL_ERROR",
    "http2: client connection lost",
    "http: server closed idle connection",
    "302 response missing Location header",
    "malformed chunked encoding",
    "net/http: server response headers exceeded 10485760 bytes; aborted",
    "use of closed network connection",
    "tls: use of closed connection",
    "unexpected EOF",
    "EOF",
    "net/http: TLS handshake timeout",
    "net/http: timeout awaiting response headers",
    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    "proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: no route to host",
    "proxyconnect tcp: EOF",
    "Service Unavailable",
    "Bad Gateway",
    "Gateway Timeout",
  ])("%s", (cause) => expectEach("registry-unavailable", whileAsking(cause)));

  it.each([
    "dial tcp: address 99999: invalid port",
    "dial tcp: lookup tcp/x: unknown port",
    "proxyconnect tcp: dial tcp: address proxy: missing port in address",
    'parse "https://r.example.com:x/v2/": invalid port ":x" after host',
    'unsupported protocol scheme ""',
    "http: no Host in request URL",
    "Proxy Authentication Required",
  ])("never: %s", (cause) => expectEach("registry-unavailable, permanent", whileAsking(cause)));

  it("whoever asked stopped waiting", () =>
    expectEach("timeout", [
      ...whileAsking("context deadline exceeded"),
      ...whileAsking("context canceled"),
      `${pull}failed to commit snapshot extract-1 ${digest}: context canceled`,
      "download cancelled during retry delay",
      "layer registration cancelled",
    ]));
});

describe("the runtime's socket", () => {
  it("is absent, refused or closed", () =>
    expectEach(
      "runtime-unavailable",
      [
        "No connection established. Last error: Error: connect ENOENT /run/containerd/containerd.sock. Resolution note: ",
        "Connection dropped",
        "read ECONNRESET",
        "error reading from server: EOF",
        "transport is closing",
        "server is not initialized yet",
        "Failed to connect before the deadline",
        'closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR',
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "Received RST_STREAM with code 2 triggered by internal client error: read ECONNRESET",
      ],
      "Unavailable",
    ));

  it("can never be opened", () =>
    expectEach(
      "runtime-unavailable, permanent",
      [
        "No connection established. Last error: Error: connect EACCES /run/containerd/containerd.sock. Resolution note: ",
        'connection error: desc = "transport: Error while dialing: dial unix /run/crio/crio.sock: connect: permission denied"',
        'connection error: desc = "transport: Error while dialing: dial unix /etc/hostname: connect: socket operation on non-socket"',
        "unknown method PullImage for service runtime.v1.ImageService",
      ],
      "Unavailable",
    ));

  it("is not meant where the runtime itself answers", () => {
    expectEach("unknown", [`${pull}ref layer-${digest} locked for 5.1s (since 2024): unavailable`], "Unavailable");
    expectEach("unknown", [`${pull}httpReadSeeker.Seek: closed: unavailable`], "Unavailable");
  });
});
