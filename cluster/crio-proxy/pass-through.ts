/** gRPC calls that go through the proxy as they are, whatever they are: headers, messages as they come, trailers. */
import type { ClientHttp2Session, ServerHttp2Stream } from "node:http2";
import { constants, type IncomingHttpHeaders } from "node:http2";

/** A peer's mistake or a broken connection ends one call only, never the proxy. */
export function passThrough(from: ServerHttp2Stream, headers: IncomingHttpHeaders, runtime: ClientHttp2Session): void {
  const to = runtime.request(headers, { endStream: false });
  const cancel = (): void => {
    to.close(constants.NGHTTP2_CANCEL);
    if (!from.destroyed) from.close(constants.NGHTTP2_CANCEL);
  };
  let trailers: IncomingHttpHeaders = {};
  to.on("response", (answered) => {
    // A call that failed has its status in the only block of headers, and no trailers.
    if (answered["grpc-status"] !== undefined) {
      from.respond(answered, { endStream: true });
      return;
    }
    from.respond(answered, { waitForTrailers: true });
    from.on("wantTrailers", () => from.sendTrailers(trailers));
    to.pipe(from);
  });
  to.on("trailers", (received) => {
    trailers = received;
  });
  from.pipe(to);
  from.on("aborted", cancel);
  for (const stream of [from, to]) stream.on("error", cancel);
}
