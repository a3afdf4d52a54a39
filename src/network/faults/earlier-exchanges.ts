import { createHash } from "node:crypto";
import { canonicalJson } from "../../kernel/index.ts";
import type { FaultPlan } from "../../fault/index.ts";
import type { Exchange, SeenRequest } from "../exchange.ts";
import { jsonRpcCallOf } from "./read-protocol.ts";

/** Faults that show again what was answered before. */
const KINDS: readonly string[] = ["read-after-write-lag", "stale"];

const EXCHANGES_MAX = 500;
const BODY_BYTES_MAX = 1024 * 1024;

export interface EarlierExchanges {
  remember(exchange: Exchange): void;
  /** The last whole, undisturbed and successful one that asked the same. */
  find(request: SeenRequest): Exchange | undefined;
}

/** Keeps nothing where no fault of the plan would ask for it. */
export function openEarlierExchanges({ faults }: FaultPlan): EarlierExchanges {
  const isAsked = faults.some(({ do: { kind } }) => KINDS.includes(kind));
  const kept = new Map<string, Exchange>();
  return {
    remember(exchange) {
      const { request, response, fault } = exchange;
      if (!isAsked || fault !== undefined || !response?.isWhole || response.status >= 300) return;
      if (response.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0) > BODY_BYTES_MAX) return;
      const key = keyOf(request);
      kept.delete(key);
      kept.set(key, exchange);
      const oldest = kept.keys().next().value;
      if (kept.size > EXCHANGES_MAX && oldest !== undefined) kept.delete(oldest);
    },
    find: (request) => (isAsked ? kept.get(keyOf(request)) : undefined),
  };
}

function keyOf(request: SeenRequest): string {
  const { method, url, body } = request;
  // The number of a JSON-RPC call is another each time.
  const call = jsonRpcCallOf(request);
  if (call) return `${url} ${call.method} ${canonicalJson(call.params)}`;
  return `${method} ${url} ${createHash("sha256").update(body).digest("hex")}`;
}
