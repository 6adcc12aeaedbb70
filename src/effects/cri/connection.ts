/**
 * One gRPC connection to a runtime's UNIX socket, which outlives restarts of the runtime.
 *
 * Left alone, grpc-js backs off after a failed connection, and answers every call with the old failure until the back-off
 * is over (1 s at first, up to 2 minutes). For a socket on the same machine an attempt costs nothing, and pacing is the
 * caller's business. So a connection whose last attempt failed is thrown away, and the next call makes a fresh attempt: a
 * call fails at once while the runtime is down, and works at once when it is back.
 *
 * The package's main entry is imported although only its client is needed: importing its client files one by one was
 * measured to save 0.5 MiB of 6, and depends on the order in which they load each other.
 */
import { Client, connectivityState, credentials } from "@grpc/grpc-js";
import { MESSAGE_BYTES_MAX } from "#wire/cri/methods.ts";

export interface Connection {
  /** The client to make the next call with. */
  client(): Client;
  /** Ends the connection; calls that still run fail. */
  close(): void;
}

const channelOptions = {
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  // The pool that all channels share would hand the failed connection, back-off included, to the fresh client.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_channelz": 0,
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
};

/** Opens nothing yet: the first call does. */
export function openConnection(socket: string): Connection {
  const open = (): Client => new Client(`unix://${socket}`, credentials.createInsecure(), channelOptions);
  let client = open();
  return {
    client() {
      if (client.getChannel().getConnectivityState(false) === connectivityState.TRANSIENT_FAILURE) {
        client.close();
        client = open();
      }
      return client;
    },
    close: () => client.close(),
  };
}
