import type { APICallError } from "@ai-sdk/provider";
import { AegisError, type Clock, type ErrorDetails, systemClock } from "../kernel/index.ts";

/**
 * What an AI SDK provider threw, as ours. The message keeps only the first line: providers put whole prompts into
 * theirs. Cancelling is not a failure and comes back as it was.
 */
export function errorFromProvider(
  error: unknown,
  { provider, id, clock = systemClock }: { readonly provider: string; readonly id: string; readonly clock?: Clock },
): unknown {
  if (error instanceof AegisError || isAbort(error)) return error;
  const call = innermostCall(error);
  const status = call?.statusCode;
  const retryAfterMs = call ? retryAfterOf(call.responseHeaders ?? {}, clock) : undefined;
  const why = (error instanceof Error ? error.message : String(error)).split("\n")[0]?.slice(0, 300) ?? "";
  const details: ErrorDetails = {
    provider,
    model: id,
    // Without a status the connection broke: worth another try. Anything that is no call at all is not.
    canRetry: call ? call.isRetryable || status === undefined : false,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const code = status === 429 ? "model.rate_limited" : "model.unavailable";
  return new AegisError(code, `${provider}/${id}: ${why}`, { details, cause: error });
}

/** Ours as what an AI SDK provider would have thrown, so that an agent meets the errors that production has. */
export async function errorToProvider(error: unknown, url: string): Promise<unknown> {
  if (!(error instanceof AegisError)) return error;
  if (error.code !== "model.rate_limited" && error.code !== "model.unavailable") return error;
  const { APICallError } = await import("ai");
  const { status, retryAfterMs, canRetry } = error.details;
  return new APICallError({
    message: error.message,
    url,
    requestBodyValues: {},
    statusCode: typeof status === "number" ? status : error.code === "model.rate_limited" ? 429 : 503,
    responseHeaders: typeof retryAfterMs === "number" ? { "retry-after-ms": String(retryAfterMs) } : {},
    isRetryable: canRetry !== false,
    cause: error,
  });
}

/** @returns undefined when neither header tells a time; dates are measured from now */
export function retryAfterOf(headers: Readonly<Record<string, string>>, clock: Clock): number | undefined {
  const ms = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (ms >= 0) return Math.ceil(ms);
  const after = headers["retry-after"];
  if (after === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(after)) return Math.ceil(Number(after) * 1000);
  const atMs = Date.parse(after);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - clock.nowMs());
}

/** The call error within what the SDK wraps around it (its retries, for one), told by the SDK's own marker. */
function innermostCall(error: unknown): APICallError | undefined {
  let here: unknown = error;
  for (let depth = 0; depth < 5 && typeof here === "object" && here !== null; depth += 1) {
    if (Symbol.for("vercel.ai.error.AI_APICallError") in here) return here as APICallError;
    here = "lastError" in here ? here.lastError : "cause" in here ? here.cause : undefined;
  }
  return undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
