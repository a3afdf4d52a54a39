import { TLSSocket } from "node:tls";
import { AegisError } from "../../kernel/index.ts";
import { canonicalHost } from "../egress/decide-egress.ts";
import { asAegisError } from "../message/problem-answer.ts";
import { rememberTunnel } from "./connection.ts";
import type { EdgeState } from "./edge-state.ts";
import { openRecord } from "./exchange-record.ts";
import { serveSession } from "./serve-session.ts";
import type { Tunnel } from "./tunnel.ts";

/** Plays the server that the tunnel is meant for: TLS ends here, and what comes out is served like any request. */
export function endTls(state: EdgeState, tunnel: Tunnel): void {
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
    serveSession(state, secure, connection);
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
