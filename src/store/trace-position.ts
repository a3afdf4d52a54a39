/**
 * SQLite numbers traces in order of start, so that its full-text index gives them newest first: each millisecond is a bucket
 * of places, in which traces stand in no order.
 */
export const PLACE_BITS = 20;
export const PLACES_PER_BUCKET = 2 ** PLACE_BITS;

/** As many as integers of eight bytes have room for: up to the year 2109. What lies beyond shares the last bucket. */
const BUCKET_MAX = 2 ** 42 - 1;

export function bucketOf(startedAtMs: number): number {
  return Math.max(-BUCKET_MAX, Math.min(BUCKET_MAX, Math.floor(startedAtMs)));
}
