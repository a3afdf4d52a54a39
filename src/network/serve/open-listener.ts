import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { AegisError } from "../../kernel/index.ts";
import { headerList } from "../message/header-list.ts";
import { problemBytes } from "../message/problem-answer.ts";
import type { Route } from "../message/request-target.ts";
import { type Connection, connectionOf } from "./connection.ts";
import type { EdgeState } from "./edge-state.ts";
import { openRecord } from "./exchange-record.ts";
import { http1Client } from "./http1-client.ts";
import { isWebSocketUpgrade } from "./join-websocket.ts";
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
    refuse(state, socket, connectionFor(request).mode, { request, message: "CONNECT outside of the proxy" });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // A connection that broke off said nothing wrong; one with an exchange under way is told with that.
    const isBroken = error.code === "ECONNRESET" || error.code === "EPIPE" || !socket.writable;
    const isBusy = "_httpMessage" in socket && socket._httpMessage !== null;
    if (isBroken || isBusy) return void socket.destroy();
    refuse(state, socket, mode, { error, message: error.message });
  });
}

interface Refused {
  readonly request?: IncomingMessage;
  readonly error?: NodeJS.ErrnoException & { readonly rawPacket?: Buffer };
  readonly message: string;
}

const STATUS_OF: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What is no request is an exchange all the same: someone tried. */
function refuse(
  state: EdgeState,
  socket: Duplex,
  mode: Connection["mode"],
  { request, error, message }: Refused,
): void {
  const [, method = "", url = ""] = /^(\S{1,32}) (\S{1,2048})/.exec(error?.rawPacket?.toString("latin1") ?? "") ?? [];
  const record = openRecord(state, {
    mode,
    method: request?.method ?? method,
    url: request?.url ?? url,
    headers: request ? headerList(request.rawHeaders) : [],
    httpVersion: "1.1",
  });
  const failure = new AegisError("network.bad_request", message);
  const status = STATUS_OF[error?.code ?? ""] ?? 400;
  record.madeBy("policy");
  record.failed(failure);
  record.head(status, []);
  record.whole();
  socket.end(problemBytes(failure, status), () => socket.destroy());
  record.tell();
}
