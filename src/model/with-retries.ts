import { AegisError, type Clock, LIMITS, type Random } from "../kernel/index.ts";
import type { LanguageModel } from "./language-model.ts";
import type { Sleep } from "./scripted-model.ts";

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  /** Calls after the first one. */
  readonly retriesMax?: number;
  /** A longer wait than this, asked for or not, is not begun. */
  readonly waitMsMax?: number;
}

const FIRST_WAIT_MS = 500;

/**
 * Repeats calls that failed for a passing reason. Waits as long as the provider asks, or doubles from half a second;
 * a random part keeps many callers apart. A rate limit holds back all calls of this model, not only the one it hit.
 * Gives up with the error of the last call.
 */
export function withRetries(model: LanguageModel, options: RetryOptions): LanguageModel {
  const { clock, random, sleep, retriesMax = LIMITS.providerRetriesMax, waitMsMax = 60_000 } = options;
  let openAtMs = -Infinity;
  return {
    provider: model.provider,
    id: model.id,
    async generate(request) {
      for (let attempt = 0; ; attempt += 1) {
        const heldMs = openAtMs - clock.monotonicMs();
        // Spread over a tenth more, so that the held calls do not all arrive at once.
        if (heldMs > 0) await sleep(heldMs * (1 + 0.1 * random()), request.signal);
        request.signal?.throwIfAborted();
        try {
          return await model.generate(request);
        } catch (error) {
          const askedMs = error instanceof AegisError ? error.details["retryAfterMs"] : undefined;
          const backoffMs = FIRST_WAIT_MS * 2 ** attempt * (0.5 + 0.5 * random());
          const waitMs = typeof askedMs === "number" ? askedMs : backoffMs;
          if (waitMs > waitMsMax || !canRetry(error)) throw error;
          const isRateLimit = error instanceof AegisError && error.code === "model.rate_limited";
          if (isRateLimit) openAtMs = Math.max(openAtMs, clock.monotonicMs() + waitMs);
          if (attempt >= retriesMax) throw error;
          if (!isRateLimit) await sleep(waitMs, request.signal);
        }
      }
    },
  };
}

function canRetry(error: unknown): boolean {
  if (!(error instanceof AegisError)) return false;
  if (error.code !== "model.rate_limited" && error.code !== "model.unavailable") return false;
  return error.details["canRetry"] !== false;
}
