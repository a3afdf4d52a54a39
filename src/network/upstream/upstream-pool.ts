import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createSecureContext, getCACertificates } from "node:tls";
import type { EdgeOptions } from "../edge.ts";
import { checkedLookup, resolveBySystem } from "../egress/checked-lookup.ts";

/** Connections to upstreams that are kept for the next request. What may be private never shares one with what may not. */
export interface UpstreamPool {
  agentFor(scheme: "http" | "https", mayBePrivate: boolean): HttpAgent;
  /** One connection that nobody else uses: for what is no request any more, such as a WebSocket. */
  singleAgent(scheme: "http" | "https", mayBePrivate: boolean): HttpAgent;
  close(): void;
}

export function openUpstreamPool({ resolve = resolveBySystem, upstreamAuthorities }: EdgeOptions): UpstreamPool {
  const ca = upstreamAuthorities && [...getCACertificates("default"), ...upstreamAuthorities];
  // Made once: given as `ca`, the agent would make a name of all certificates for each request.
  const secureContext = createSecureContext(ca ? { ca } : {});
  const agents = new Map<string, HttpAgent>();
  const make = (scheme: "http" | "https", mayBePrivate: boolean, keepAlive: boolean) => {
    const lookup = checkedLookup(resolve, mayBePrivate);
    const shared = { keepAlive, lookup, maxFreeSockets: 64, noDelay: true };
    return scheme === "http" ? new HttpAgent(shared) : new HttpsAgent({ ...shared, secureContext });
  };
  const named = (kind: string, scheme: "http" | "https", mayBePrivate: boolean): HttpAgent => {
    const key = `${kind} ${scheme} ${mayBePrivate}`;
    const agent = agents.get(key) ?? make(scheme, mayBePrivate, kind === "kept");
    agents.set(key, agent);
    return agent;
  };
  return {
    agentFor: (scheme, mayBePrivate) => named("kept", scheme, mayBePrivate),
    singleAgent: (scheme, mayBePrivate) => named("single", scheme, mayBePrivate),
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}
