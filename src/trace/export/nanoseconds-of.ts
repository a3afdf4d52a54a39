/** Milliseconds since the epoch, whole or not, as nanoseconds in decimal text. */
export function nanosecondsOf(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.round((ms - whole) * 1_000_000);
  return String(BigInt(whole) * 1_000_000n + BigInt(rest));
}
