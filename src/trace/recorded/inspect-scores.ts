import type { z } from "zod";
import type { Verdict } from "../../domain/index.ts";
import { isJsonObject, type Json } from "../../kernel/index.ts";
import type { inspectScoreSchema } from "./inspect-schema.ts";
import { type RecordedSuccess, readSuccess } from "./read-success.ts";
import { recordedVerdict, successVerdict } from "./recorded-verdict.ts";

/** Inspect's letters: correct, partially correct, incorrect, no answer. */
const LETTERS: ReadonlyMap<Json | undefined, number> = new Map([
  ["C", 1],
  ["P", 0.5],
  ["I", 0],
  ["N", 0],
]);

/**
 * The sample's scores as verdicts. The first scorer that gives one value decides, as it does in Inspect's own headline.
 * A number outside of 0 and 1 is no share of success, so it gives no verdict.
 */
export function readInspectScores(scores: Readonly<Record<string, z.infer<typeof inspectScoreSchema>>>): {
  readonly success: RecordedSuccess | null;
  readonly verdicts: Verdict[];
} {
  const named = Object.entries(scores).map(([name, score]) => ({ name, score, read: readScore(score.value) }));
  const first = named.find(({ read }) => read !== undefined);
  const verdicts = named.flatMap(({ name, score, read }) => {
    if (read) return [recordedVerdict(name, read, score.explanation || said(name, score.value))];
    if (!isJsonObject(score.value)) return [];
    return Object.entries(score.value).flatMap(([key, value]) => {
      const part = readScore(value);
      return part ? [recordedVerdict(`${name}.${key}`, part, score.explanation || said(key, value))] : [];
    });
  });
  if (!first?.read) return { success: null, verdicts };
  return {
    success: first.read,
    verdicts: [successVerdict(first.read, said(first.name, first.score.value)), ...verdicts],
  };
}

function readScore(value: Json | undefined): RecordedSuccess | undefined {
  const share = LETTERS.get(value) ?? value;
  return typeof share === "number" && (share < 0 || share > 1) ? undefined : readSuccess(share);
}

function said(name: string, value: Json | undefined): string {
  return `The recording says ${name} = ${String(value)}.`;
}
