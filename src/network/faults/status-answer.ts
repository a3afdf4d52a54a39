import type { Json, JsonObject } from "../../kernel/index.ts";
import { ABSURD_RETRY_AFTER_MS, type FaultAction, numberOf, PLAIN_STATUS, textOf } from "../../fault/index.ts";
import type { EdgeAnswer, Headers } from "../exchange.ts";
import { jsonAnswer } from "./answer-body.ts";
import type { Protocol } from "./read-protocol.ts";

interface StatusFault {
  readonly status: number;
  readonly message: string;
  readonly headers?: Headers;
}

/** The answer of a fault that is a status; undefined for other faults. */
export function statusAnswer(
  action: FaultAction,
  protocol: Protocol,
  nowMs: number,
): { readonly answer: EdgeAnswer; readonly detail: JsonObject } | undefined {
  const fault = statusFault(action, protocol, nowMs);
  if (!fault) return undefined;
  const { status, message, headers = [] } = fault;
  const retryAfter = headers.find(([name]) => name === "retry-after")?.[1];
  return {
    answer: jsonAnswer(status, errorBody({ status, message }, protocol), headers),
    detail: { status, ...(retryAfter !== undefined && { retryAfter }) },
  };
}

function statusFault(action: FaultAction, protocol: Protocol, nowMs: number): StatusFault | undefined {
  const { kind } = action;
  const plain = PLAIN_STATUS[kind];
  if (plain) return { status: plain.status, message: textOf(action, "message") };
  switch (kind) {
    case "status":
      return { status: numberOf(action, "status"), message: textOf(action, "message") };
    case "token-expired":
      return {
        status: 401,
        message: "The access token has expired",
        headers: [["www-authenticate", 'Bearer error="invalid_token", error_description="The access token expired"']],
      };
    case "rate-limit":
      return { status: 429, message: "Rate limit reached", headers: retryAfterHeader(action, nowMs) };
    case "model-overloaded":
      return protocol.kind === "model" && protocol.api === "anthropic"
        ? { status: 529, message: "Overloaded" }
        : { status: 503, message: "The engine is currently overloaded, please try again later" };
    case "context-overflow":
      return protocol.kind === "model" && protocol.api === "anthropic"
        ? { status: 400, message: "prompt is too long: 200001 tokens > 200000 maximum" }
        : { status: 400, message: "Your input exceeds the context window of this model. Please adjust your input." };
    case "mcp-session-expired":
      return { status: 404, message: "Session not found" };
    default:
      return undefined;
  }
}

function retryAfterHeader(action: FaultAction, nowMs: number): Headers {
  const ms = numberOf(action, "retryAfterMs");
  const seconds = (wait: number) => String(Math.ceil(wait / 1000));
  switch (textOf(action, "retryAfterForm")) {
    case "absent":
      return [];
    case "date":
      // A date has whole seconds: never earlier than meant.
      return [["retry-after", new Date(Math.ceil((nowMs + ms) / 1000) * 1000).toUTCString()]];
    case "absurd":
      return [["retry-after", seconds(ABSURD_RETRY_AFTER_MS)]];
    default:
      return [["retry-after", seconds(ms)]];
  }
}

/** An error in the form that clients of the protocol read. */
export function errorBody(
  { status, message }: { readonly status: number; readonly message: string },
  protocol: Protocol,
): Json {
  if (protocol.kind === "mcp") {
    return { jsonrpc: "2.0", id: protocol.call.id, error: { code: status === 404 ? -32001 : -32000, message } };
  }
  if (protocol.kind === "model" && protocol.api === "anthropic") {
    return {
      type: "error",
      error: { type: ANTHROPIC_TYPES[status] ?? "api_error", message },
      request_id: "req_disturbed",
    };
  }
  if (protocol.kind === "model") {
    return { error: { message, type: openAiType(status), param: null, code: openAiCode(status, message) } };
  }
  return { error: { status, message } };
}

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function openAiType(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

function openAiCode(status: number, message: string): string | null {
  if (status === 429) return "rate_limit_exceeded";
  if (status === 401) return "invalid_api_key";
  return message.includes("context window") ? "context_length_exceeded" : null;
}
