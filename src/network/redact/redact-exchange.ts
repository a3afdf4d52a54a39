import type { Exchange, Headers, SeenRequest } from "../exchange.ts";
import { redactBody } from "./redact-body.ts";
import { redactHeaders } from "./redact-headers.ts";
import { redactUrl } from "./redact-url.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";

/** Once through it: what its end teaches is not looked for in its beginning. */
export function redactExchange(exchange: Exchange, tools: ScanTools): Exchange {
  const { request, response, error } = exchange;
  return {
    ...exchange,
    request: redactRequest(request, tools),
    ...(response && { response: cleanResponse(response, tools) }),
    ...(error && { error: { ...error, message: scanOnly(error.message, tools) } }),
  };
}

export function redactRequest(request: SeenRequest, tools: ScanTools): SeenRequest {
  const headers = redactHeaders(request.headers, tools);
  const url = redactUrl(request.url, tools);
  const [body = request.body] = redactBody([request.body], bodyKind(request.headers), tools);
  return { ...request, url, body, headers: withLength(headers, request.body.length, body.length) };
}

type Response = NonNullable<Exchange["response"]>;

function cleanResponse(response: Response, tools: ScanTools): Response {
  const headers = redactHeaders(response.headers, tools);
  const pieces = response.chunks.map((chunk) => chunk.bytes);
  const clean = redactBody(pieces, bodyKind(response.headers), tools);
  if (clean === pieces) return headers === response.headers ? response : { ...response, headers };
  const chunks = response.chunks.map((chunk, index) => ({ ...chunk, bytes: clean[index] ?? chunk.bytes }));
  return { ...response, chunks, headers: withLength(headers, total(pieces), total(clean)) };
}

function bodyKind(headers: Headers): { contentType: string; contentEncoding: string } {
  return {
    contentType: headerValue(headers, "content-type"),
    contentEncoding: headerValue(headers, "content-encoding"),
  };
}

/** All values of a header in one; empty where there is none. */
export function headerValue(headers: Headers, name: string): string {
  return headers
    .filter(([key]) => key.toLowerCase() === name)
    .map(([, value]) => value)
    .join(", ");
}

/** A length that was right stays right; one that a fault made wrong stays wrong by as much. */
function withLength(headers: Headers, before: number, after: number): Headers {
  if (before === after) return headers;
  return headers.map(([name, value]) =>
    name.toLowerCase() === "content-length" && /^\d+$/.test(value)
      ? [name, String(Math.max(0, Number(value) + after - before))]
      : [name, value],
  );
}

function total(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
