import type { Json } from "../../kernel/index.ts";
import type { HeaderList, ProviderExchange } from "./provider-exchange.ts";

export const bytes = (given: Json | Uint8Array): Uint8Array =>
  given instanceof Uint8Array
    ? given
    : new TextEncoder().encode(typeof given === "string" ? given : JSON.stringify(given));

/** One exchange; a text is sent as it is, anything else as JSON. */
export function exchange(given: {
  readonly url?: string;
  readonly method?: string;
  readonly request?: Json | Uint8Array;
  readonly requestHeaders?: HeaderList;
  readonly status?: number;
  readonly headers?: HeaderList;
  readonly response?: Json | Uint8Array;
  readonly isWhole?: boolean;
}): ProviderExchange {
  const { url = "https://api.openai.com/v1/chat/completions", method = "POST", request = {}, status = 200 } = given;
  return {
    method,
    url,
    requestHeaders: given.requestHeaders ?? [],
    requestBody: bytes(request),
    status,
    responseHeaders: given.headers ?? [],
    responseBody: bytes(given.response ?? ""),
    durationMs: 12,
    isWhole: given.isWhole ?? true,
  };
}

/** Frames of an event stream; a text is sent as it is. */
export function stream(...events: readonly Json[]): string {
  return events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join("");
}
