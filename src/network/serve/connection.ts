import type { Socket } from "node:net";
import type { EdgeMode } from "../exchange.ts";
import type { Route } from "../message/request-target.ts";

/** One connection of a client, and where its requests go. */
export interface Connection {
  readonly route: Route;
  readonly mode: EdgeMode;
  /** What carries it, below TLS. */
  readonly transport: Socket;
  /** Targets, of plain requests through the proxy, that were already asked about as a connection. */
  readonly met: Set<string>;
}

/** Of sockets that are no plain connections to a listener: tunnels. */
const tunnels = new WeakMap<object, Connection>();

export function rememberTunnel(socket: object, connection: Connection): void {
  tunnels.set(socket, connection);
}

export function connectionOf(socket: Socket, fallback: (socket: Socket) => Connection): Connection {
  const known = tunnels.get(socket);
  if (known) return known;
  const made = fallback(socket);
  tunnels.set(socket, made);
  return made;
}
