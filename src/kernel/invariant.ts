/** A broken assumption of our own: crash with a stack, never recover. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken, please report: ${why}`);
}
