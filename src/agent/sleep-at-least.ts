/** Node's timers fire at once when they are set further away than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Resolves after `ms`, however many; rejects with the signal's reason when it aborts. */
export async function sleepAtLeast(ms: number, signal?: AbortSignal): Promise<void> {
  for (let restMs = ms; ; restMs -= TIMER_MS_MAX) {
    await sleepOnce(Math.min(restMs, TIMER_MS_MAX), signal);
    if (restMs <= TIMER_MS_MAX) return;
  }
}

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
