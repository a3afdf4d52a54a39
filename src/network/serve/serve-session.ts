import { performServerHandshake } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Connection } from "./connection.ts";
import type { EdgeState } from "./edge-state.ts";
import { http2Client } from "./http2-client.ts";
import { serveExchange } from "./serve-exchange.ts";

const STREAMS_MAX = 128;

/** HTTP/2 over a TLS connection that has agreed on it; each stream is an exchange. */
export function serveSession(state: EdgeState, secure: TLSSocket, connection: Connection): void {
  // Node clears this for sockets of a TLS server only, and an HTTP/2 session waits for it.
  Object.assign(secure, { secureConnecting: false });
  const session = performServerHandshake(secure, {
    settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: state.limits.headBytesMax },
  });
  session.on("error", () => session.destroy());
  session.on("stream", (stream, _headers, _flags, rawHeaders) => {
    // What breaks is seen where it is written to and read from.
    stream.on("error", () => {});
    void serveExchange(state, http2Client(stream, rawHeaders as unknown as string[]), connection);
  });
}
