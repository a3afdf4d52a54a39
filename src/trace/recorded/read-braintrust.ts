import type { ObservedSpan, Verdict } from "../../domain/index.ts";
import { braintrustRowSchema, type BraintrustSpan, isBraintrustSpan } from "./braintrust-schema.ts";
import { braintrustScores, braintrustSpan, sessionOf } from "./braintrust-spans.ts";
import { parseRow, readRows, type Row } from "./read-rows.ts";
import type { RecordedTrace } from "./recorded-trace.ts";
import type { RefusedRow } from "./recorded-trial.ts";
import { refuseDeep } from "./refuse-deep.ts";
import { hexId } from "./span-parts.ts";

interface PlacedSpan {
  readonly file: string;
  readonly where: string;
  readonly row: BraintrustSpan;
}

/** Rows that are spans, as traces. Spans of scorers, and what they called, are no work of the agent and left out. */
export function readBraintrustTraces(rows: readonly Row[]): {
  readonly traces: readonly RecordedTrace[];
  /** Rows without a place in a trace: each is a conversation of its own. */
  readonly plain: readonly Row[];
  readonly refused: readonly RefusedRow[];
} {
  const plain: Row[] = [];
  const placed = readRows(rows, (source): PlacedSpan[] => {
    refuseDeep(source.value);
    const row = parseRow(braintrustRowSchema, source.value);
    if (isBraintrustSpan(row)) return [{ file: source.file, where: source.where, row }];
    plain.push(source);
    return [];
  });
  const refused: (readonly RefusedRow[])[] = [placed.refused];
  const traces = [...Map.groupBy(placed.read, ({ row }) => row.root_span_id)].flatMap(([id, all]) => {
    const spans = readRows(withoutScorers(all), ({ row }) => [braintrustSpan(row)]);
    refused.push(spans.refused);
    return spans.read.length === 0 ? [] : [traceOf(id, all, spans.read)];
  });
  return { traces, plain, refused: refused.flat() };
}

function traceOf(id: string, all: readonly PlacedSpan[], spans: readonly ObservedSpan[]): RecordedTrace {
  const root = all.find(({ row }) => row.span_id === id || !row.span_parents?.length);
  const origin = root?.row.origin?.["id"];
  const verdicts = new Map<string, Verdict>();
  for (const { row } of all) {
    for (const verdict of braintrustScores(row)) verdicts.set(verdict.name, verdicts.get(verdict.name) ?? verdict);
  }
  return {
    externalId: `braintrust:${id}`,
    where: (root ?? all[0])?.where ?? "",
    traceId: hexId(id, 32),
    session: all.map(({ row }) => sessionOf(row)).find((session) => session !== undefined) ?? null,
    taskId: typeof origin === "string" ? origin : null,
    spans,
    verdicts: [...verdicts.values()],
    scores: [],
  };
}

function withoutScorers(all: readonly PlacedSpan[]): PlacedSpan[] {
  const byId = new Map(all.map(({ row }) => [row.span_id, row]));
  const known = new Map<BraintrustSpan, boolean>();
  return all.filter(({ row }) => {
    // Up to the first that is known, or is of a scorer itself; a circle of parents ends where it began.
    const path: BraintrustSpan[] = [];
    let here: BraintrustSpan | undefined = row;
    for (; here && !known.has(here); here = byId.get(here.span_parents?.[0] ?? "")) {
      known.set(here, here.span_attributes?.type === "score");
      path.push(here);
      if (known.get(here)) break;
    }
    const isScorers = here !== undefined && known.get(here) === true;
    for (const each of path) known.set(each, isScorers);
    return !isScorers;
  });
}
