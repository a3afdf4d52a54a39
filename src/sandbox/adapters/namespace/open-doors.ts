import { once } from "node:events";
import { chownSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream";
import type { OuterUser } from "./outer-user.ts";

/** The host's side of a sandbox's doors: one socket for each, in a folder that is bound into the sandbox. */
export interface Doors {
  /** By port, as the sandbox's own side takes them. */
  readonly sockets: readonly (readonly [port: number, name: string])[];
  close(): void;
}

/** How many connections of one sandbox are open at a time; more are refused. */
const CONNECTIONS_MAX = 1_024;

export async function openDoors(folder: string, ports: readonly number[], user: OuterUser): Promise<Doors> {
  const open = new Set<Socket>();
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) server.close();
    for (const socket of open) socket.destroy();
  };
  try {
    for (const port of ports) {
      const server = createServer({ allowHalfOpen: true }, (inner) => pass(inner, port, open));
      server.maxConnections = CONNECTIONS_MAX;
      servers.push(server);
      const path = join(folder, String(port));
      server.listen(path);
      await once(server, "listening");
      if (user.isDropped) chownSync(path, user.uid, user.gid);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { sockets: ports.map((port) => [port, String(port)]), close };
}

function pass(inner: Socket, port: number, open: Set<Socket>): void {
  // Without `noDelay` a small answer waits for the other side's acknowledgement: 44 ms instead of 1.
  const outer = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  for (const socket of [inner, outer]) {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  }
  // One direction that breaks ends both; one that ends lets the other finish.
  const end = (error: unknown) => {
    if (!error) return;
    inner.destroy();
    outer.destroy();
  };
  pipeline(inner, outer, end);
  pipeline(outer, inner, end);
}
