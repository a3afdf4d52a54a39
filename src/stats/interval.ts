/** Confidence bounds, lower <= upper. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}
