import type { Json } from "../../kernel/index.ts";
import { mapLeaves, throughText } from "./json-places.ts";

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})([T ])(\d{2}:\d{2}(?::\d{2}(\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/;
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const TIME_KEY =
  /(^|_)(at|on|time|timestamp|date|ts|created|updated|modified|expires|as_?of)$|(At|On|Time|Date|Of|Ms)$/i;

/** Every date and time in a value, moved; each keeps the form it is written in. Days move by whole days. */
export function shiftDates(whole: Json, byMs: number): Json {
  return throughText(whole, (value) => mapLeaves(value, (leaf, key) => shiftLeaf(leaf, key, byMs)));
}

/** One text, moved where it is a date. */
export function shiftDate(text: string, byMs: number): string {
  if (DATE.test(text)) {
    const days = Math.sign(byMs) * Math.max(1, Math.round(Math.abs(byMs) / DAY_MS));
    return isoOf(Date.parse(text) + days * DAY_MS)?.slice(0, 10) ?? text;
  }
  if (HTTP_DATE.test(text)) return new Date(Date.parse(text) + byMs).toUTCString();
  const [, day = "", separator = "", time = "", fraction = "", zone = ""] = DATE_TIME.exec(text) ?? [];
  if (day === "") return text;
  // What stands there is read as UTC and written back the same way: a zone written behind it stays true.
  const moved = isoOf(Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time.slice(0, 12)}Z`) + byMs);
  if (moved === undefined) return text;
  const clock = moved.slice(11, time.length === 5 ? 16 : 19);
  const rest = fraction === "" ? "" : moved.slice(19, 23).padEnd(fraction.length, "0").slice(0, fraction.length);
  return `${moved.slice(0, 10)}${separator}${clock}${rest}${zone}`;
}

function shiftLeaf(leaf: Json, key: string, byMs: number): Json {
  if (typeof leaf === "string") return shiftDate(leaf, byMs);
  if (typeof leaf !== "number" || !TIME_KEY.test(key)) return leaf;
  // Times of 2001 to 2096, in seconds or in milliseconds.
  if (leaf >= 1e9 && leaf < 4e9) return leaf + Math.round(byMs / 1000);
  return leaf >= 1e12 && leaf < 4e12 ? leaf + byMs : leaf;
}

function isoOf(ms: number): string | undefined {
  return Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : undefined;
}
