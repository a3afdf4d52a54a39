/** How long to wait before the next try. */
export interface Backoff {
  /** Before the first one. */
  readonly baseMs: number;
  readonly capMs: number;
  /** Tries in a row that brought nothing, before a stream is given up. */
  readonly attemptsMax: number;
}

export const BACKOFF: Backoff = { baseMs: 500, capMs: 15_000, attemptsMax: 200 };

/** The longest a timer takes. */
const WAIT_MS_MAX = 2 ** 31 - 1;

/**
 * Doubles from `baseMs` to `capMs`, between half and all of it by chance, so that clients cut off together do not come
 * back together. What the server asked for is the least.
 * @param attemptIndex tries that failed before this wait, from 0
 */
export function delayMs(
  { baseMs, capMs }: Pick<Backoff, "baseMs" | "capMs">,
  at: { readonly attemptIndex: number; readonly random: () => number; readonly retryAfterMs?: number | undefined },
): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(at.attemptIndex, 30));
  const jittered = full * (0.5 + at.random() / 2);
  if (at.retryAfterMs === undefined) return Math.round(jittered);
  return Math.round(Math.min(WAIT_MS_MAX, Math.max(jittered, at.retryAfterMs + at.random() * Math.min(baseMs, 500))));
}

/** Resolves after the time; rejects with the signal's reason when it aborts. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** In a browser, the network's coming back ends the wait early. */
export const waitForTimeOrNetwork: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    const network = "addEventListener" in globalThis ? (globalThis as unknown as EventTarget) : undefined;
    const settle = (end: () => void) => () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      network?.removeEventListener("online", finish);
      end();
    };
    const finish = settle(resolve);
    const abort = settle(() => reject(signal?.reason));
    const timer = setTimeout(finish, ms);
    network?.addEventListener("online", finish);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
  });
