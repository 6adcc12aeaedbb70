import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const notOurs = anyOf(
  /permission denied/,
  /\be(?:acces|perm|prototype|notsock|notdir)\b/,
  /operation not permitted/,
  /wrong type for socket/,
  /on non-socket/,
  /name too long/,
  /invalid argument/,
  /not a directory/,
);
const socketWords = anyOf(
  /dial unix/,
  /(?:read|write) unix/,
  /error while dialing/,
  /error reading from server/,
  /transport is closing/,
  /all subconns are in transient/,
  /no connection established/,
  /connect e[a-z]+ (?:‹path›|‹url›|[^ ]{0,200}\.sock)/,
  /connection dropped/,
  /rst_stream/,
  /goaway: code/,
  /client connection is closing/,
  /failed to connect before the deadline/,
  /name resolution failed for target/,
  /server is not initialized/,
  /(?:server|daemon|containerd) is (?:shutting down|not running)/,
  /cannot connect to the docker daemon/,
  /is the docker daemon running/,
  /error during connect: (?:this error|.{0,300}(?:dial|cannot find the file))/,
  /validate service connection/,
  /ttrpc: closed/,
  /connection error: desc/,
);
/** Words that also a registry's connection has; behind the code Unavailable and alone they are the client's, speaking of the socket. */
const bareConnectionWords =
  /^(?:unexpected )?eof$|^(?:the )?(?:connection|transport|stream|server)\b|^(?:read|write) e[a-z]{3,12}$/;

const socketFails = (seen: FailureText): boolean =>
  socketWords.test(seen.text) || (seen.grpcCode === "Unavailable" && bareConnectionWords.test(seen.text));

/** The container runtime, not the registry, does not answer. These words come from the gRPC client, so they are told apart by the socket. */
export const runtimeRules: readonly Rule[] = [
  {
    name: "runtime-without-image-service",
    class: "runtime-unavailable",
    permanent: true,
    advice:
      "The runtime answers but has no CRI image service of this version: enable its CRI plugin or update the runtime.",
    source: "e278, e340; grpc-go server.go (unknown service, unknown method); cri-client remote_image.go",
    matches: /unknown (?:service|method) |cri v1 \w{1,20} api is not implemented/,
  },
  {
    name: "runtime-socket-unusable",
    class: "runtime-unavailable",
    permanent: true,
    advice:
      "The runtime's socket cannot be opened by this user or is no socket: check its path, its mode and the security context.",
    source:
      "m153; grpc-go and @grpc/grpc-js with errno EACCES, EPERM, EPROTOTYPE, ENOTSOCK, ENAMETOOLONG, EINVAL, ENOTDIR",
    matches: (seen) => socketWords.test(seen.text) && notOurs.test(seen.text),
  },
  {
    name: "runtime-unreachable",
    class: "runtime-unavailable",
    permanent: false,
    advice:
      "The container runtime does not answer on its socket: check that it runs and that the socket path is right.",
    source:
      "e276, e336, e338, e339; grpc-go clientconn.go and http2_client.go; @grpc/grpc-js; moby client/errors.go; containerd CRI (server is not initialized)",
    matches: socketFails,
  },
];
