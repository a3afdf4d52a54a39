import type { Json, JsonObject } from "../../kernel/index.ts";

/** The first of these members that is there and not null. */
export function pick(value: JsonObject, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const member = value[name];
    if (member !== undefined && member !== null) return member;
  }
  return undefined;
}

/** The first of these members that is a text with something in it. */
export function pickText(value: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const member = value[name];
    if (typeof member === "string" && member !== "") return member;
    if (typeof member === "number") return String(member);
  }
  return undefined;
}

/** The first of these members that is a finite number, or a text that is one. */
export function pickNumber(value: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) {
    const member = value[name];
    if (typeof member === "number" && Number.isFinite(member)) return member;
    if (typeof member === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(member.trim())) return Number(member);
  }
  return undefined;
}
