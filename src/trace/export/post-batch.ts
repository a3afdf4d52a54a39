import type { ObservedSpan } from "../../domain/index.ts";
import { type Clock, LIMITS } from "../../kernel/index.ts";
import {
  decodeExportResponse,
  encodeTraceJson,
  encodeTraceProtobuf,
  OTLP_CONTENT_TYPES,
  type OtlpEncoding,
} from "../wire/index.ts";

export interface Collector {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: OtlpEncoding;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export type PostOutcome =
  | { readonly kind: "taken"; readonly rejectedSpanCount: number; readonly warning: string }
  /** `askedMs`: what Retry-After says, where it says something. */
  | { readonly kind: "again"; readonly why: string; readonly askedMs?: number; readonly cause?: unknown }
  | { readonly kind: "too_large" }
  | { readonly kind: "refused"; readonly why: string; readonly cause?: unknown };

/** As OTLP has it: of all answers only these may be asked for again. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends spans once. Whatever the collector does is an outcome; only `signal` makes it throw. */
export async function postBatch(
  spans: readonly ObservedSpan[],
  to: Collector & { readonly signal: AbortSignal },
): Promise<PostOutcome> {
  const body = to.protocol === "json" ? Buffer.from(encodeTraceJson(spans)) : encodeTraceProtobuf(spans);
  const headers = { ...to.headers, "content-type": OTLP_CONTENT_TYPES[to.protocol] };
  const signal = AbortSignal.any([to.signal, AbortSignal.timeout(to.timeoutMs)]);
  try {
    // An answer that leads elsewhere is not followed: what is sent may be meant for this address alone.
    const response = await to.fetch(to.url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal,
    });
    return await outcomeOf(response, to);
  } catch (error) {
    to.signal.throwIfAborted();
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return {
      kind: "again",
      why: isLate ? `it did not answer within ${to.timeoutMs} ms` : "it cannot be reached",
      cause: error,
    };
  }
}

async function outcomeOf(response: Response, { protocol, clock }: Collector): Promise<PostOutcome> {
  const bytes = await startOf(response);
  if (response.ok) return taken(bytes, protocol);
  const why = `it answered ${response.status}`;
  if (response.status === 413) return { kind: "too_large" };
  if (!PASSING.has(response.status)) return { kind: "refused", why };
  const askedMs = retryAfterMs(response.headers.get("retry-after"), clock.nowMs());
  return { kind: "again", why, ...(askedMs !== undefined && { askedMs }) };
}

/** An answer that says 200 but is no response is taken at its word. */
function taken(bytes: Uint8Array, protocol: OtlpEncoding): PostOutcome {
  try {
    const partial = decodeExportResponse(bytes, protocol);
    return { kind: "taken", rejectedSpanCount: partial?.rejectedSpans ?? 0, warning: partial?.errorMessage ?? "" };
  } catch {
    return { kind: "taken", rejectedSpanCount: 0, warning: "" };
  }
}

/** Seconds, or a date. @returns undefined where it is neither */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) : Number.NaN;
  const ms = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LIMITS.exportRetryAfterMaxMs);
}

async function startOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > LIMITS.exportAnswerBytesMax) break;
  }
  return Buffer.concat(chunks);
}
