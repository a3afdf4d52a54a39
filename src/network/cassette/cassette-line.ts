import { isUtf8 } from "node:buffer";
import type { Exchange, Headers } from "../exchange.ts";
import type { CassetteLine } from "./cassette.ts";

export interface LineOptions {
  readonly key: string;
  readonly redacted: Readonly<Record<string, number>>;
  /** Lower case; "all" keeps every one. */
  readonly keptHeaders: ReadonlySet<string> | "all";
}

/** An exchange as a line of the file holds it; its secrets must have been replaced. */
export function toCassetteLine(exchange: Exchange, { key, redacted, keptHeaders }: LineOptions): CassetteLine {
  const { index, startedAtMs, request, response, error, durationMs, from, fault } = exchange;
  return {
    index,
    key,
    startedAtMs,
    method: request.method,
    url: request.url,
    mode: request.mode,
    httpVersion: request.httpVersion,
    requestHeaders: copyHeaders(
      request.headers.filter(([name]) => keptHeaders === "all" || keptHeaders.has(name.toLowerCase())),
    ),
    requestBody: encodeBody(request.body),
    requestBodyIsWhole: request.bodyIsWhole,
    ...(response && {
      response: {
        status: response.status,
        headers: copyHeaders(response.headers),
        headMs: response.headMs,
        chunks: response.chunks.map(({ afterMs, bytes }): [number, string] => [afterMs, toBase64(bytes)]),
        isWhole: response.isWhole,
      },
    }),
    ...(error && { error }),
    durationMs,
    from,
    ...(fault !== undefined && { fault }),
    redacted,
  };
}

export function fromCassetteLine(line: CassetteLine): Exchange {
  const { index, startedAtMs, response, error, durationMs, from, fault } = line;
  return {
    index,
    startedAtMs,
    request: {
      method: line.method,
      url: line.url,
      headers: line.requestHeaders,
      body: decodeBody(line.requestBody),
      bodyIsWhole: line.requestBodyIsWhole,
      mode: line.mode,
      httpVersion: line.httpVersion,
    },
    ...(response && {
      response: {
        ...response,
        chunks: response.chunks.map(([afterMs, text]) => ({ afterMs, bytes: Buffer.from(text, "base64") })),
      },
    }),
    ...(error && { error }),
    durationMs,
    from,
    ...(fault !== undefined && { fault }),
  };
}

function copyHeaders(headers: Headers): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}

/** As text where it is text: so a person can read the file. */
function encodeBody(body: Uint8Array): CassetteLine["requestBody"] {
  return isUtf8(body) ? { utf8: Buffer.from(body).toString("utf8") } : { base64: toBase64(body) };
}

function decodeBody(body: CassetteLine["requestBody"]): Uint8Array {
  return "utf8" in body ? Buffer.from(body.utf8) : Buffer.from(body.base64, "base64");
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
