import type { ObservedSpan } from "../../domain/index.ts";
import type { SpanReading } from "../span-reading.ts";
import type { Dialect } from "./dialect.ts";
import { frameworks } from "./frameworks.ts";
import { genAi } from "./gen-ai.ts";
import { failureInResult, interpretReading } from "./interpret-reading.ts";
import { known } from "./read-fields.ts";
import { langfuse } from "./langfuse.ts";
import { mergeReadings } from "./merge-readings.ts";
import { openInference } from "./open-inference.ts";
import { openLlmetry } from "./open-llmetry.ts";
import { readError } from "./read-error.ts";
import { vercel } from "./vercel.ts";

/** The most particular first: where several read a field, the first of them wins. */
const DIALECTS: readonly Dialect[] = [vercel, langfuse, openInference, openLlmetry, genAi, ...frameworks];

/** What a span says in any dialect we know. A span that no dialect understands is of the kind `other`. */
export function readSpan(span: ObservedSpan): SpanReading {
  const readings = DIALECTS.flatMap((dialect) => {
    const reading = dialect.read(span);
    return reading === undefined ? [] : [{ name: dialect.name, reading }];
  });
  const found = mergeReadings(readings.map(({ reading }) => reading));
  const interpreted = interpretReading(found);
  const failure = found.failure ?? (interpreted.kind === "tool" ? failureInResult(found.outputValue) : undefined);
  const decider = readings.findIndex(({ reading }) => reading.kind === found.kind);
  const names = readings.map(({ name }) => name);
  return {
    dialects: decider > 0 ? [names[decider] ?? "", ...names.toSpliced(decider, 1)] : names,
    ...interpreted,
    ...known("error", readError(span, failure)),
  };
}
