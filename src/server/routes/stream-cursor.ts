/** As the protocol counts: steps of 20 s since 2024-10-09T00:00:00Z. */
const EPOCH_MS = Date.UTC(2024, 9, 9);
const STEP_MS = 20_000;

/** Never goes back and never stays: a cache in between must not answer the same empty poll for ever. */
export function nextCursor(nowMs: number, last: string | undefined): string {
  const current = Math.floor((nowMs - EPOCH_MS) / STEP_MS);
  const seen = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : -1;
  return String(seen >= current ? seen + 1 : current);
}
