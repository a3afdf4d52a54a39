import type { Json } from "../../kernel/index.ts";
import type { EffectError, NewEvent } from "../../domain/index.ts";
import { LOGGED_HEADER, recordModelTraffic } from "../../agent/index.ts";
import { openResponseMemory, readProviderExchange } from "../../model/wire/index.ts";
import type { Exchange } from "../../network/index.ts";
import type { TrialEdgeOptions } from "./trial-edge.ts";

/** Bytes of a body that the log keeps; the cassette keeps the whole. */
const BODY_BYTES_MAX = 16 * 1024;

/**
 * Writes what passed the edge into the trial's log, witness `edge`: a call of a model as such, with the tools it asks
 * for; anything else as an HTTP effect. What the boundary has logged already is left out.
 */
export function exchangeLogger(
  options: Pick<TrialEdgeOptions, "append" | "clock" | "costOf">,
): (exchange: Exchange) => Promise<void> {
  const { append, clock, costOf } = options;
  const memory = openResponseMemory();
  const record = recordModelTraffic({ append, clock, costOf });
  let nextEffect = 0;
  const logHttp = (exchange: Exchange) => {
    const { request, response, error, durationMs, startedAtMs } = exchange;
    // Numbered apart from the boundary's: they are other events of other witnesses.
    const effect = nextEffect++;
    const called: NewEvent<"http.called"> = {
      type: "http.called",
      witness: "edge",
      atMs: startedAtMs,
      effect,
      attempt: 1,
      method: request.method,
      url: request.url,
      ...shown("body", request.body, request.bodyIsWhole),
    };
    const returned: NewEvent<"http.returned"> = {
      type: "http.returned",
      witness: "edge",
      atMs: startedAtMs + durationMs,
      effect,
      durationMs,
      ...(response && { status: response.status, ...shown("body", bodyOf(exchange), response.isWhole) }),
      ...(error && { error: { name: error.code, message: error.message } satisfies EffectError }),
    };
    append(called);
    append(returned);
  };
  return async (exchange) => {
    if (exchange.request.headers.some(([name]) => name.toLowerCase() === LOGGED_HEADER)) return;
    const { request, response, durationMs } = exchange;
    const call = readProviderExchange(
      {
        method: request.method,
        url: request.url,
        requestHeaders: request.headers,
        requestBody: request.body,
        durationMs,
        isWhole: response?.isWhole ?? false,
        ...(response && {
          status: response.status,
          responseHeaders: response.headers,
          responseBody: bodyOf(exchange),
        }),
      },
      memory,
    );
    if (call) await record(call);
    else logHttp(exchange);
  };
}

function bodyOf({ response }: Exchange): Uint8Array {
  return Buffer.concat((response?.chunks ?? []).map(({ bytes }) => bytes));
}

/** JSON as such, text as text, anything else by its size. */
function shown(name: "body", bytes: Uint8Array, isWhole: boolean): { readonly body?: Json } {
  if (bytes.length === 0) return {};
  if (bytes.length > BODY_BYTES_MAX || !isWhole) return { [name]: { bytes: bytes.length } };
  const text = Buffer.from(bytes).toString("utf8");
  if (!Buffer.from(text).equals(Buffer.from(bytes))) return { [name]: { bytes: bytes.length } };
  try {
    return { [name]: JSON.parse(text) as Json };
  } catch {
    return { [name]: text };
  }
}
