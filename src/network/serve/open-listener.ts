import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { headerList } from "../message/header-list.ts";
import type { Route } from "../message/request-target.ts";
import { type Connection, connectionOf } from "./connection.ts";
import type { EdgeState } from "./edge-state.ts";
import { http1Client } from "./http1-client.ts";
import { isWebSocketUpgrade } from "./join-websocket.ts";
import { refuseConnection } from "./refuse-connection.ts";
import { serveExchange } from "./serve-exchange.ts";
import { serveTunnel } from "./serve-tunnel.ts";

export interface Listener extends AsyncDisposable {
  readonly port: number;
}

/** How often connections are held to the time limits; a fraction of the shortest. */
const CHECKS_PER_LIMIT = 5;

/** HTTP/1.1 on a free loopback port. `routeFor` is asked once it listens, as the route may name the port. */
export async function openListener(state: EdgeState, routeFor: (port: number) => Route): Promise<Listener> {
  const { headBytesMax, headTimeoutMs, requestTimeoutMs, connectionsMax } = state.limits;
  const sockets = new Set<Socket>();
  const server = createServer({
    maxHeaderSize: headBytesMax,
    headersTimeout: headTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: requestTimeoutMs,
    connectionsCheckingInterval: headTimeoutMs / CHECKS_PER_LIMIT,
    shouldUpgradeCallback: isWebSocketUpgrade,
    optimizeEmptyRequests: true,
    // Its absence is refused like any other bad request, and told.
    requireHostHeader: false,
    noDelay: true,
  });
  server.maxConnections = connectionsMax;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  serve(state, server, routeFor(port));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serve(state: EdgeState, server: Server, route: Route): void {
  const mode = route.kind === "stand" ? "base-url" : "proxy";
  const fresh = (transport: Socket): Connection => ({ route, mode, transport, met: new Set() });
  const connectionFor = (request: IncomingMessage) => connectionOf(request.socket, fresh);

  server.on("request", (request, response) => {
    // A client that goes away is heard of by its response.
    request.on("error", () => {});
    response.on("error", () => {});
    const connection = connectionFor(request);
    void serveExchange(state, http1Client(request, response, connection.transport), connection);
  });
  server.on("upgrade", (request, socket, early) => {
    const connection = connectionFor(request);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    socket.on("error", () => socket.destroy());
    response.once("finish", () => socket.end());
    const client = { ...http1Client(request, response, connection.transport), body: Readable.from([]) };
    void serveExchange(state, client, connection, { socket, early, response });
  });
  server.on("connect", (request, socket, early) => {
    const headers = headerList(request.rawHeaders);
    const authority = request.url ?? "";
    if (route.kind === "proxy" && connectionFor(request).route === route && socket instanceof Socket) {
      void serveTunnel(state, { authority, headers, socket, early, server });
      return;
    }
    refuseConnection(state, socket, connectionFor(request).mode, { request, message: "CONNECT outside of the proxy" });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // A connection that broke off said nothing wrong; one with an exchange under way is told with that.
    const isBroken = error.code === "ECONNRESET" || error.code === "EPIPE" || !socket.writable;
    const isBusy = "_httpMessage" in socket && socket._httpMessage !== null;
    if (isBroken || isBusy) return void socket.destroy();
    refuseConnection(state, socket, mode, { error, message: error.message });
  });
}
