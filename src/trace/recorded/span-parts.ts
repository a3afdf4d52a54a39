import type { Json } from "../../kernel/index.ts";
import { sha256 } from "./sha256.ts";

/** An id as spans have it: hexadecimal of this many digits, made from the sender's where that is another kind of text. */
export function hexId(id: string, digits: 16 | 32): string {
  const hex = id.replaceAll("-", "").toLowerCase();
  const fits =
    /^[\da-f]+$/.test(hex) && !/^0+$/.test(hex) && (hex.length === digits || (digits === 32 && hex.length === 16));
  return fits ? hex : sha256(id).slice(0, digits);
}

/** The last second that a date can be of. */
const SECONDS_MAX = 8.64e12;

/**
 * Nanoseconds since the epoch, as text, of an ISO time; a time without a zone is taken as UTC.
 * @returns undefined for anything that is no time
 */
export function nanosecondsOfTime(time: string | null | undefined): string | undefined {
  const [, upToSeconds, fraction = "", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(time ?? "") ?? [];
  const seconds = Date.parse(`${upToSeconds?.replace(" ", "T")}${zone}`) / 1_000;
  if (!(seconds >= 0)) return undefined;
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0")));
}

/** As `nanosecondsOfTime`, of seconds since the epoch; a float holds microseconds of today's times, and no more. */
export function nanosecondsOfSeconds(seconds: number | null | undefined): string | undefined {
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= SECONDS_MAX)) return undefined;
  return String(BigInt(Math.round(seconds * 1_000_000)) * 1_000n);
}

/** A value in one attribute: text as it is, anything else as JSON; undefined for nothing. */
export function attributeText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As `attributeText`, of an object; an empty one is nothing. */
export function objectText(value: Json | undefined): string | undefined {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isEmpty ? undefined : attributeText(value);
}
