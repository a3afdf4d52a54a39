import { z } from "zod";

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A fault never waits longer than this: no trial does. */
export const WAIT_MS_MAX = 24 * 3_600_000;

/** `5s`, `200ms`, `1.5m`, `-2h`, or a number of milliseconds. undefined for what is none of these. */
export function readDuration(given: string | number): number | undefined {
  if (typeof given === "number") return Number.isFinite(given) ? given : undefined;
  const [, amount, unit = ""] = /^\s*(-?\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(given) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit] ?? 1);
}

/** `5 s`, `200 ms`, `2 h`. */
export function showDuration(ms: number): string {
  const [unit, size] = Object.entries(UNITS_MS).findLast(([, each]) => Math.abs(ms) >= each) ?? ["ms", 1];
  return `${Number((ms / size).toPrecision(3))} ${unit}`;
}

/** A time in a case file, in milliseconds when read. */
export function durationSchema({ min = 0, max = WAIT_MS_MAX }: { readonly min?: number; readonly max?: number } = {}) {
  return z.union([z.number(), z.string()]).transform((given, context) => {
    const ms = readDuration(given);
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    const range = min < 0 ? "" : `, from ${showDuration(min)} to ${showDuration(max)}`;
    context.addIssue({ code: "custom", message: `expected a time such as 5s or 200ms${range}, got ${String(given)}` });
    return z.NEVER;
  });
}
