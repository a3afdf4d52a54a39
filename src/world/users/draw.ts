import type { Random } from "../../kernel/index.ts";

/** One of a list that is not empty. */
export function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[Math.floor(random() * values.length)]!;
}

/** A copy in random order (Fisher-Yates). */
export function shuffle<Value>(values: readonly Value[], random: Random): Value[] {
  const copy = [...values];
  for (let index = copy.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}
