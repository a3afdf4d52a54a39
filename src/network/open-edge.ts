import { openAuthority } from "./authority/open-authority.ts";
import type { Edge, EdgeOptions } from "./edge.ts";
import { readOrigin } from "./message/request-target.ts";
import { EDGE_LIMITS, type EdgeLimits, openEdgeState } from "./serve/edge-state.ts";
import { openListener } from "./serve/open-listener.ts";
import { openUpstreamPool } from "./upstream/upstream-pool.ts";

/**
 * Opens the edge of one trial: a forward proxy at once, and a listener for each origin that it is told to stand for.
 * Closing it ends every exchange, tells it, and leaves no socket or timer.
 */
export async function openEdge(options: EdgeOptions, limits: Partial<EdgeLimits> = {}): Promise<Edge> {
  const authority = openAuthority(options.clock);
  const pool = openUpstreamPool(options);
  const state = openEdgeState(options, { limits: { ...EDGE_LIMITS, ...limits }, authority, pool });
  const proxy = await openListener(state, () => ({ kind: "proxy" }));
  const listeners = [proxy];
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;

  return {
    proxyUrl,
    authorityPem: authority.pem,
    get ports() {
      return listeners.map(({ port }) => port);
    },
    async stand(text) {
      const origin = readOrigin(text);
      const listener = await openListener(state, (standPort) => {
        state.stands.set(standPort, origin);
        return { kind: "stand", origin, standPort };
      });
      listeners.push(listener);
      return `http://127.0.0.1:${listener.port}`;
    },
    environment: (authorityFile) => trustAndProxy(proxyUrl, authorityFile),
    async [Symbol.asyncDispose]() {
      const ended = state.end();
      await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()));
      pool.close();
      await ended;
    },
  };
}

/** Each program reads others of these; none of them is let past the proxy. */
function trustAndProxy(proxyUrl: string, authorityFile: string): Record<string, string> {
  return {
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    NO_PROXY: "",
    no_proxy: "",
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: authorityFile,
    SSL_CERT_FILE: authorityFile,
    REQUESTS_CA_BUNDLE: authorityFile,
    CURL_CA_BUNDLE: authorityFile,
  };
}
