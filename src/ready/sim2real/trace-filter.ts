import { AegisError, LIMITS, suggestName } from "../../kernel/index.ts";
import type { TraceQuery } from "../../store/index.ts";

/** What a trace query asks for, without its page. */
export type TraceFilter = Omit<TraceQuery, "limit" | "before">;

type Read = (value: string, place: Place) => TraceFilter;

interface Place {
  readonly key: string;
  readonly nowMs: number;
}

const ORIGINS = ["trial", "live", "observed"] as const;
const OUTCOMES = ["answered", "failed", "timeout", "exited", "cancelled", "unknown"] as const;

const KEYS: Readonly<Record<string, Read>> = {
  agent: (agent) => ({ agent }),
  version: (version) => ({ version }),
  user: (user) => ({ user }),
  session: (session) => ({ session }),
  tool: (tool) => ({ tool }),
  model: (model) => ({ model }),
  finding: (finding) => ({ finding }),
  text: (value) => ({ text: searchOf(value) }),
  origin: (value, place) => ({ origin: oneOf(ORIGINS, value, place) }),
  outcome: (value, place) => ({ outcome: oneOf(OUTCOMES, value, place) }),
  since: (value, place) => ({ startedFromMs: timeOf(value, place) }),
  until: (value, place) => ({ startedToMs: timeOf(value, place) }),
  "min-cost": (value, place) => ({ costMicroUsdMin: Math.round(1e6 * numberOf(value.replace(/^\$/, ""), place)) }),
  "min-duration": (value, place) => ({ durationMsMin: durationOf(value, place) }),
  "min-errors": (value, place) => ({ errorCountMin: numberOf(value, place) }),
};

/**
 * A query as people type it: `agent=support since=7d origin=observed text="refund twice"`. Every word is `key=value`;
 * values with spaces stand in double quotes. Times are a span before now (`30m`, `24h`, `7d`, `2w`) or a date.
 *
 * @throws {AegisError} "ready.bad_query", saying which word and what would be right
 */
export function parseTraceFilter(text: string, { nowMs }: { readonly nowMs: number }): TraceFilter {
  const seen = new Set<string>();
  let filter: TraceFilter = {};
  for (const word of splitWords(text)) {
    const { key, value } = pairOf(word);
    if (seen.has(key)) throw bad(`${key} stands twice`, `Give ${key} once.`);
    seen.add(key);
    filter = { ...filter, ...KEYS[key]!(value, { key, nowMs }) };
  }
  const { startedFromMs = -Infinity, startedToMs = Infinity } = filter;
  if (startedFromMs > startedToMs) throw bad("since lies after until", "Swap them.");
  return filter;
}

/** Words at spaces, quoted parts in one piece. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  const open = words.find((word) => (word.match(/"/g)?.length ?? 0) % 2 === 1);
  if (open !== undefined) throw bad(`a quote is not closed: ${open}`, 'Close it: text="refund twice".');
  return words;
}

function pairOf(word: string): { readonly key: string; readonly value: string } {
  const at = word.indexOf("=");
  const key = at < 0 ? word : word.slice(0, at);
  if (at < 0) {
    throw bad(
      `${JSON.stringify(word)} is no key=value`,
      `For an eval run or an import give run:${word}; for words in traces text=${word}.`,
    );
  }
  if (!Object.hasOwn(KEYS, key)) {
    const names = Object.keys(KEYS);
    throw bad(`there is no key ${JSON.stringify(key)}${suggestName(key, names)}`, `Use ${names.join(", ")}.`);
  }
  const value = word.slice(at + 1).replaceAll('"', "");
  if (value === "") throw bad(`${key} has no value`, `Give one, or leave ${key} out.`);
  return { key, value };
}

function oneOf<Name extends string>(names: readonly Name[], value: string, { key }: Place): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw bad(`${key} cannot be ${JSON.stringify(value)}`, `Use ${names.join(", ")}.`);
  return found;
}

function searchOf(text: string): string {
  const max = LIMITS.traceSearchCharactersMax;
  if (text.length <= max) return text;
  throw bad(`text has ${text.length} characters, and at most ${max} are looked for`, "Look for fewer words.");
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

function durationOf(value: string, { key }: Place): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(value) ?? [];
  if (amount === undefined) throw bad(`${key}=${value} is no span of time`, `Give ${key}=500ms, 30s, 5m or 2h.`);
  return Math.round(Number(amount) * UNITS_MS[unit]!);
}

function timeOf(value: string, { key, nowMs }: Place): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(s|m|h|d|w)$/.exec(value) ?? [];
  if (amount !== undefined) return Math.round(nowMs - Number(amount) * UNITS_MS[unit]!);
  const atMs = /^\d{4}-\d\d-\d\d(?:$|T)/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw bad(
      `${key}=${value} is no time`,
      `Give ${key}=30m, 24h, 7d or 2w for a span before now, or a date: 2026-11-01.`,
    );
  }
  return atMs;
}

function numberOf(value: string, { key }: Place): number {
  const number = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw bad(`${key}=${value} is no number of 0 or more`, `Give ${key}=1.`);
  return number;
}

function bad(message: string, fix: string): AegisError {
  return new AegisError("ready.bad_query", message, { fix });
}
