import type { Json } from "../../kernel/index.ts";
import { type LangfuseObservation, langfuseScoreSchema, type LangfuseTrace } from "./langfuse-schema.ts";
import { langfuseParts, openLangfuse, readLangfuseObservation, spansOfExport } from "./langfuse-spans.ts";
import { readRows, type Row } from "./read-rows.ts";
import type { RecordedScore, RecordedTrace } from "./recorded-trace.ts";
import type { RefusedRow } from "./recorded-trial.ts";
import { hexId } from "./span-parts.ts";

interface Gathered {
  readonly file: string;
  readonly where: string;
  readonly id: string;
  trace?: LangfuseTrace;
  readonly observations: LangfuseObservation[];
}

/** Traces of Langfuse, gathered over all rows: an export may hold a trace's observations one by one. */
export function readLangfuse(rows: readonly Row[]): {
  readonly traces: readonly RecordedTrace[];
  readonly refused: readonly RefusedRow[];
} {
  const opened = readRows(rows.flatMap(partsOf), (row) => [{ row, ...openLangfuse(row.value) }]);
  const gathered = new Map<string, Gathered>();
  const gather = ({ file, where }: Row, id: string): Gathered => {
    const known = gathered.get(id) ?? { file, where, id, observations: [] };
    gathered.set(id, known);
    return known;
  };
  for (const { row, trace } of opened.read) if (trace) gather(row, trace.id).trace = trace;
  const observed = readRows(opened.read.flatMap(observationsOf), ({ row, value }) => {
    const observation = readLangfuseObservation(value);
    gather(row, observation.traceId).observations.push(observation);
    return [];
  });
  const traces = readRows([...gathered.values()], (each) => [traceOf(each)]);
  return { traces: traces.read, refused: [...opened.refused, ...observed.refused, ...traces.refused] };
}

function partsOf(row: Row): Row[] {
  const parts = langfuseParts(row.value);
  if (parts.length === 1 && parts[0] === row.value) return [row];
  return parts.map((value, index) => ({ ...row, where: `${row.where}[${index}]`, value }));
}

interface Opened {
  readonly row: Row;
  readonly trace: LangfuseTrace | undefined;
  readonly observations: readonly Json[];
}

function observationsOf({ row, trace, observations }: Opened) {
  return observations.map((value, index) => ({
    file: row.file,
    where: trace ? `${row.where}.observations[${index}]` : row.where,
    row,
    value,
  }));
}

function traceOf({ id, trace, where, observations }: Gathered): RecordedTrace {
  return {
    externalId: `langfuse:${id}`,
    where,
    traceId: hexId(id, 32),
    session: trace?.sessionId ?? null,
    taskId: null,
    spans: spansOfExport(trace, observations),
    verdicts: [],
    scores: (trace?.scores ?? []).flatMap(readScore),
  };
}

function readScore(score: Json | undefined): RecordedScore[] {
  const { data } = langfuseScoreSchema.safeParse(score);
  const value = data?.value ?? data?.stringValue ?? null;
  if (!data || value === null) return [];
  const { name, comment, source } = data;
  return [{ name, value, ...(comment && { comment }), ...(source && { by: source }) }];
}
