import type { Random } from "./random.ts";

declare const kind: unique symbol;

/** A text that names one thing of one kind: 26 Crockford base-32 characters, sorted by the time it was made. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind };

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** Makes ids that sort by time, and by order of making within one millisecond of one maker. */
export function idMaker(clock: { nowMs(): number }, random: Random): <Kind extends string>() => Id<Kind> {
  let lastMs = -1;
  let tail: number[] = [];
  return <Kind extends string>() => {
    const nowMs = Math.max(clock.nowMs(), lastMs);
    tail = nowMs === lastMs ? increment(tail) : Array.from({ length: RANDOM_LENGTH }, () => Math.floor(random() * 32));
    lastMs = nowMs;
    return (timePart(nowMs) + tail.map((digit) => ALPHABET[digit]).join("")) as Id<Kind>;
  };
}

/** True for a text of the id form; says nothing about whether the thing exists. */
export function isId(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

function timePart(ms: number): string {
  let rest = ms;
  let text = "";
  for (let index = 0; index < TIME_LENGTH; index += 1) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function increment(digits: readonly number[]): number[] {
  const next = [...digits];
  for (let index = next.length - 1; index >= 0; index -= 1) {
    next[index] = ((next[index] ?? 0) + 1) % 32;
    if (next[index] !== 0) break;
  }
  return next;
}
