import { cutText, type ToolCall } from "../../check/index.ts";
import type { RunEvent, SourceReference } from "../../domain/index.ts";
import { countNoun } from "../../kernel/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import { isRetrieval } from "./retrieval.ts";
import type { Scene } from "./scene.ts";

const DAY_MS = 86_400_000;
const DAYS_MAX = 365;
/** Recordings without times have a clock that says nothing. */
const CLOCK_MS_MIN = Date.UTC(2000, 0);
const CHARACTERS_MAX = 50_000;

const DATED =
  /\b(?<what>last[ _-]?(?:updated|modified|reviewed)|updated[ _-]?(?:at|on)|(?:effective|valid)[ _-]?(?:until|through|till)|expir(?:es|ed)(?:[ _-]?(?:at|on))?)["'*:\s]{0,6}(?<date>\d{4}-\d{2}-\d{2})/g;
const ENDS = /until|through|till|expir/;

interface Reading {
  readonly id: string;
  readonly seq: number;
  readonly nowMs: number;
  readonly updatedAtMs: number;
}

/** It answered from a source that is too old, that has run out, or that it had already seen in a newer version. */
export const staleSource: Detector = {
  name: "stale-source",
  summary: "Answers from a source that is too old, has run out, or is older than one it had read before.",
  severity: "medium",
  cannotSee:
    "The age of sources that do not tell it: an update time with the source, or a date such as `last updated: 2024-05-01` in the text of what was looked up. That an old text still holds.",
  find: (scene) => {
    const lastAnswer = scene.answers.at(-1);
    if (!lastAnswer) return [];
    const readings = readingsIn(scene).filter(({ seq }) => seq < lastAnswer.seq);
    const dated = datedTexts(scene, lastAnswer.seq);
    return readings.length === 0 ? dated : [...superseded(readings), ...outOfDate(readings, scene), ...dated];
  },
};

function readingsIn({ events }: Scene): Reading[] {
  let clockMs: number | undefined;
  const readings: Reading[] = [];
  for (const event of events) {
    if (event.type === "clock.read") clockMs = event.valueMs;
    if (event.type !== "tool.returned" || !Array.isArray(event.sources)) continue;
    const nowMs = clockMs ?? event.atMs;
    for (const { id, updatedAtMs } of event.sources as readonly SourceReference[]) {
      const isDated = typeof updatedAtMs === "number" && nowMs >= CLOCK_MS_MIN;
      if (isDated) readings.push({ id, updatedAtMs, seq: event.seq, nowMs });
    }
  }
  return readings;
}

/** The last reading of a source is older than an earlier one. */
function superseded(readings: readonly Reading[]): Sighting[] {
  const newest = new Map<string, Reading>();
  const last = new Map<string, Reading>();
  for (const reading of readings) {
    last.set(reading.id, reading);
    if (reading.updatedAtMs > (newest.get(reading.id)?.updatedAtMs ?? -Infinity)) newest.set(reading.id, reading);
  }
  return [...last.values()].flatMap((reading) => {
    const best = newest.get(reading.id);
    if (!best || best.updatedAtMs <= reading.updatedAtMs || best.seq === reading.seq) return [];
    const explanation = `It last read ${cutText(reading.id)} as of ${dayOf(reading.updatedAtMs)}, after it had read it as of ${dayOf(best.updatedAtMs)}.`;
    return [{ severity: "medium", explanation, evidence: [best.seq, reading.seq] }];
  });
}

function outOfDate(readings: readonly Reading[], { rules }: Scene): Sighting[] {
  const daysMax = rules.sourceDaysMax ?? DAYS_MAX;
  const old = [...new Map(readings.map((reading) => [reading.id, reading])).values()].filter(
    ({ nowMs, updatedAtMs }) => nowMs - updatedAtMs > daysMax * DAY_MS,
  );
  const oldest = old.toSorted((left, right) => left.updatedAtMs - right.updatedAtMs)[0];
  if (!oldest) return [];
  return [
    {
      severity: rules.sourceDaysMax === undefined ? "low" : "medium",
      explanation: `${countNoun(old.length, "source")} it read ${old.length === 1 ? "was" : "were"} more than ${daysMax} days old; the oldest, ${cutText(oldest.id)}, is of ${dayOf(oldest.updatedAtMs)}.`,
      evidence: old.map(({ seq }) => seq),
    },
  ];
}

/** Dates in the text of what was looked up. */
function datedTexts(scene: Scene, answerSeq: number): Sighting[] {
  const daysMax = scene.rules.sourceDaysMax ?? DAYS_MAX;
  return scene.calls.flatMap((call) => {
    if (!call.returned || call.returned.seq > answerSeq || !isRetrieval(call, scene.declarations)) return [];
    const nowMs = call.returned.atMs;
    const text = scene.lowerResultText(call);
    if (nowMs < CLOCK_MS_MIN || !/updated|modified|reviewed|until|through|till|expir/.test(text)) return [];
    for (const { groups } of text.slice(0, CHARACTERS_MAX).matchAll(DATED)) {
      const { what = "", date = "" } = groups ?? {};
      const found = dateSighting(call, call.returned, { what, atMs: Date.parse(date), nowMs, daysMax });
      if (found) return [found];
    }
    return [];
  });
}

interface DateFound {
  readonly what: string;
  readonly atMs: number;
  readonly nowMs: number;
  readonly daysMax: number;
}

function dateSighting(
  { tool }: ToolCall,
  { seq }: RunEvent<"tool.returned">,
  { what, atMs, nowMs, daysMax }: DateFound,
): Sighting | undefined {
  if (!Number.isFinite(atMs)) return undefined;
  const hasRunOut = ENDS.test(what) && atMs + DAY_MS <= nowMs;
  const isOld = !ENDS.test(what) && nowMs - atMs > daysMax * DAY_MS;
  if (!hasRunOut && !isOld) return undefined;
  const explanation = `What ${tool} gave says "${what} ${dayOf(atMs)}", and the run was on ${dayOf(nowMs)}.`;
  return { severity: hasRunOut ? "medium" : "low", explanation, evidence: [seq] };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
