import { asAegisError, problemBytes } from "../message/problem-answer.ts";
import { type Origin, readAuthority, type Route } from "../message/request-target.ts";
import type { CertificateFlaw } from "../authority/open-authority.ts";
import { rememberTunnel } from "./connection.ts";
import { CLIENT_LEFT, type EdgeState, ruleFor, standBehind } from "./edge-state.ts";
import { endTls } from "./end-tls.ts";
import { type ExchangeRecord, openRecord } from "./exchange-record.ts";
import { connectionFailure, meetConnection } from "./meet-connection.ts";
import type { Connect, Tunnel } from "./tunnel.ts";
import { untilAborted } from "./until-aborted.ts";

/** The first byte of a TLS handshake record. */
const HANDSHAKE = 0x16;

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
  // A client that ends its side has left: nothing else would say so while nothing is written.
  socket.allowHalfOpen = false;
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
    if (kind === "hang") {
      socket.resume();
      await untilAborted(leaving.signal);
    }
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
