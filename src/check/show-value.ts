import { canonicalJson, type Json, seedFromText } from "../kernel/index.ts";

const SHOWN_CHARACTERS_MAX = 120;

/** A value as an explanation shows it: JSON, cut where it gets long. */
export function showValue(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return cutText(canonicalJson(value));
}

/** Cuts a long text, and ends it with a hash so that different texts stay different. */
export function cutText(text: string): string {
  if (text.length <= SHOWN_CHARACTERS_MAX) return text;
  return `${text.slice(0, SHOWN_CHARACTERS_MAX - 10).toWellFormed()}... ${seedFromText(text).toString(36)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function showList(names: readonly string[], word = "and"): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}

export function showTimes(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}
