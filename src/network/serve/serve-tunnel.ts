import type { Server } from "node:http";
import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { AegisError } from "../../kernel/index.ts";
import type { CertificateFlaw } from "../authority/open-authority.ts";
import { canonicalHost } from "../egress/decide-egress.ts";
import type { Headers } from "../exchange.ts";
import { asAegisError, problemBytes } from "../message/problem-answer.ts";
import { type Origin, readAuthority, type Route } from "../message/request-target.ts";
import { rememberTunnel } from "./connection.ts";
import { CLIENT_LEFT, type EdgeState, ruleFor, standBehind } from "./edge-state.ts";
import { type ExchangeRecord, openRecord } from "./exchange-record.ts";
import { http2Client } from "./http2-client.ts";
import { connectionFailure, meetConnection } from "./meet-connection.ts";
import { serveExchange } from "./serve-exchange.ts";
import { untilAborted } from "./until-aborted.ts";

export interface Connect {
  /** As in the request line. */
  readonly authority: string;
  readonly headers: Headers;
  readonly socket: Socket;
  readonly early: Buffer;
  /** Serves the requests inside, as it serves plain ones. */
  readonly server: Server;
}

/** The first byte of a TLS handshake record. */
const HANDSHAKE = 0x16;
const STREAMS_MAX = 128;

/**
 * CONNECT, answered by ourselves: what comes is TLS, which we end, or plain HTTP, and is served like any request. It is told
 * as an exchange only where it is refused or a fault acts on it.
 */
export async function serveTunnel(state: EdgeState, connect: Connect): Promise<void> {
  const { authority, headers, socket } = connect;
  const line = { method: "CONNECT", url: `https://${authority}`, headers, httpVersion: "1.1" as const };
  const leaving = state.enter();
  const leave = () => leaving.abort(CLIENT_LEFT);
  socket.on("error", leave).once("close", leave);
  let record: ExchangeRecord | undefined;
  const recorded = () => (record ??= openRecord(state, { mode: "intercepted", ...line }));
  try {
    const route = tunnelRoute(state, readAuthority(authority, "https"));
    const disturbance = route.kind === "tunnel" ? await meetConnection(state, route.origin, leaving.signal) : undefined;
    if (disturbance) recorded().fault(disturbance.fault);
    const kind = disturbance?.kind ?? "go-on";
    const failure = route.kind === "tunnel" ? connectionFailure(kind, route.origin) : undefined;
    if (kind !== "go-on") recorded().madeBy("fault");
    if (failure) throw failure;
    if (kind === "reset") return void socket.resetAndDestroy();
    if (kind === "hang") await untilAborted(leaving.signal);
    if (socket.destroyed) throw CLIENT_LEFT;
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    record?.head(200, []);
    record?.whole();
    openTunnel(state, { ...connect, route, flaw: flawOf(kind) });
  } catch (thrown) {
    const error = asAegisError(leaving.signal.aborted ? leaving.signal.reason : thrown);
    recorded().failed(error);
    if (error.code === "network.egress_refused" || error.code === "network.bad_request") recorded().madeBy("policy");
    if (!leaving.signal.aborted) socket.end(problemBytes(error), () => socket.destroySoon());
    else socket.destroy();
  } finally {
    record?.tell();
    state.leave(leaving);
  }
}

/** @throws {AegisError} "network.egress_refused" */
function tunnelRoute(state: EdgeState, origin: Origin): Route {
  const stand = standBehind(state, origin);
  if (stand) return stand;
  const route: Route = { kind: "tunnel", origin };
  ruleFor(state, route, origin);
  return route;
}

function flawOf(kind: string): CertificateFlaw | undefined {
  if (kind === "wrong-certificate") return "wrong";
  return kind === "expired-certificate" ? "expired" : undefined;
}

interface Tunnel extends Connect {
  readonly route: Route;
  readonly flaw: CertificateFlaw | undefined;
}

function openTunnel(state: EdgeState, tunnel: Tunnel): void {
  const { socket, early } = tunnel;
  const begin = (first: Buffer) => {
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(first);
    if (first[0] === HANDSHAKE) endTls(state, tunnel);
    else servePlain(tunnel);
  };
  socket.setTimeout(state.limits.headTimeoutMs, () => socket.destroy());
  if (early.length > 0) begin(early);
  else socket.once("data", begin).resume();
}

function servePlain({ route, socket, server }: Tunnel): void {
  const plain: Route = route.kind === "tunnel" ? { ...route, origin: { ...route.origin, scheme: "http" } } : route;
  rememberTunnel(socket, { route: plain, mode: "proxy", transport: socket, met: new Set() });
  server.emit("connection", socket);
  socket.resume();
}

function endTls(state: EdgeState, tunnel: Tunnel): void {
  const { route, socket, server, flaw } = tunnel;
  if (route.kind === "proxy") return;
  const { host } = route.origin;
  const secureContext = state.authority.contextFor(host, flaw);
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    ALPNProtocols: ["h2", "http/1.1"],
    SNICallback: (name, answer) => {
      const isMeant = canonicalHost(name) === host;
      if (isMeant) answer(null, secureContext);
      else answer(new AegisError("network.bad_request", `TLS names ${name}, but the connection is for ${host}`));
    },
  });
  const timer = setTimeout(() => secure.destroy(), state.limits.headTimeoutMs);
  socket.once("close", () => clearTimeout(timer));
  secure.once("error", (error) => {
    tellBrokenHandshake(state, tunnel, error);
    secure.destroy();
  });
  secure.once("secure", () => {
    clearTimeout(timer);
    secure.removeAllListeners("error").on("error", () => secure.destroy());
    const connection = { route, mode: "intercepted" as const, transport: socket, met: new Set<string>() };
    rememberTunnel(secure, connection);
    if (secure.alpnProtocol !== "h2") return void server.emit("connection", secure);
    // Node clears this for sockets of a TLS server only, and an HTTP/2 session waits for it.
    Object.assign(secure, { secureConnecting: false });
    const session = performServerHandshake(secure, {
      settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: state.limits.headBytesMax },
    });
    serveSession(session, (client) => serveExchange(state, client, connection));
  });
}

function serveSession(
  session: ServerHttp2Session,
  serve: (client: ReturnType<typeof http2Client>) => Promise<void>,
): void {
  session.on("error", () => session.destroy());
  session.on("stream", (stream, _headers, _flags, rawHeaders) => {
    // What breaks is seen where it is written to and read from.
    stream.on("error", () => {});
    void serve(http2Client(stream, rawHeaders as unknown as string[]));
  });
}

/** A client that does not trust the certificate is worth knowing: it is the usual reason why nothing arrives. */
function tellBrokenHandshake(state: EdgeState, { authority, headers, flaw }: Tunnel, error: Error): void {
  // With a certificate that is meant to be refused, the refusal is what the fault's own exchange says.
  if (flaw !== undefined) return;
  const line = { method: "CONNECT", url: `https://${authority}`, headers, httpVersion: "1.1" as const };
  const record = openRecord(state, { mode: "intercepted", ...line });
  record.madeBy("policy");
  record.failed(asAegisError(error, "network.bad_request"));
  record.tell();
}
