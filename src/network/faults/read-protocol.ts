import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { SeenRequest } from "../exchange.ts";

/** What an exchange is besides HTTP, as far as faults need to know it. */
export type Protocol =
  | { readonly kind: "http" }
  /** `api`: whose form requests and answers have. Where the boundary saw the call, faults of models were its matter. */
  | { readonly kind: "model"; readonly api: ModelApi; readonly isSeenByBoundary: boolean }
  | { readonly kind: "mcp"; readonly server: string; readonly call: JsonRpcCall };

export type ModelApi = "openai-chat" | "openai-responses" | "anthropic";

export interface JsonRpcCall {
  readonly id: string | number;
  readonly method: string;
  readonly params: JsonObject;
}

const PATHS: readonly (readonly [end: string, api: ModelApi])[] = [
  ["/chat/completions", "openai-chat"],
  ["/responses", "openai-responses"],
  ["/v1/messages", "anthropic"],
];

/** By the path alone: gateways speak these protocols at hosts of their own. */
export function modelApiOf({ method, url }: Pick<SeenRequest, "method" | "url">): ModelApi | undefined {
  const { pathname } = new URL(url);
  return method === "POST" ? PATHS.find(([end]) => pathname.endsWith(end))?.[1] : undefined;
}

/** The one call that a request of an MCP client makes; undefined for notifications, answers, batches and all else. */
export function jsonRpcCallOf({ method, body, bodyIsWhole }: SeenRequest): JsonRpcCall | undefined {
  if (method !== "POST" || !bodyIsWhole || body.length === 0) return undefined;
  const message = parseJson(body);
  if (!isJsonObject(message) || message["jsonrpc"] !== "2.0") return undefined;
  const { id, method: called, params } = message;
  if ((typeof id !== "string" && typeof id !== "number") || typeof called !== "string") return undefined;
  return { id, method: called, params: isJsonObject(params) ? params : {} };
}

/** undefined for what is no JSON. */
export function parseJson(text: Uint8Array | string): Json | undefined {
  try {
    return JSON.parse(typeof text === "string" ? text : Buffer.from(text).toString("utf8")) as Json;
  } catch {
    return undefined;
  }
}
