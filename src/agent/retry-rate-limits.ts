import { LIMITS, type Random } from "../kernel/index.ts";

export interface RetryOptions {
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
  readonly retriesMax?: number;
  /** A longer wait than this is not begun. */
  readonly waitMsMax?: number;
}

const FIRST_WAIT_MS = 500;
/** Too many requests, overloaded: the provider asks to come back. Other failures are the caller's to judge. */
const ASK_AGAIN = new Set([429, 503, 529]);

/** Repeats a model call that the provider turned away for now: as long as it asks, or doubling with a random part. */
export async function retryRateLimits<Result>(call: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { random, sleep, retriesMax = LIMITS.providerRetriesMax, waitMsMax = 30_000 } = options;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const waitMs = askedWaitMs(error) ?? FIRST_WAIT_MS * 2 ** attempt * (0.5 + 0.5 * random());
      if (attempt >= retriesMax || waitMs > waitMsMax || !isTurnedAway(error)) throw error;
      await sleep(waitMs);
    }
  }
}

function isTurnedAway(error: unknown): boolean {
  const { statusCode, status } = error as { statusCode?: number; status?: number };
  return ASK_AGAIN.has(statusCode ?? status ?? 0);
}

/** `Retry-After` of the response, in milliseconds; undefined when it is absent or absurd. */
function askedWaitMs(error: unknown): number | undefined {
  const headers = (error as { responseHeaders?: Record<string, string> }).responseHeaders ?? {};
  const milliseconds = Number(headers["retry-after-ms"]);
  if (headers["retry-after-ms"] !== undefined && milliseconds >= 0) return milliseconds;
  const text = headers["retry-after"];
  if (text === undefined) return undefined;
  const seconds = Number(text);
  const waitMs = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1000;
  return waitMs >= 0 ? waitMs : undefined;
}
