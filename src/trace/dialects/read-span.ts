import type { ObservedSpan } from "../../domain/index.ts";
import type { SpanReading } from "../span-reading.ts";
import type { DialectReading } from "./dialect.ts";
import { dialectsOf } from "./dialects-of-span.ts";
import { failureInResult, interpretReading } from "./interpret-reading.ts";
import { known } from "./read-fields.ts";
import { mergeReadings } from "./merge-readings.ts";
import { readError } from "./read-error.ts";

/** What a span says in any dialect we know. A span that no dialect understands is of the kind `other`. */
export function readSpan(span: ObservedSpan): SpanReading {
  const names: string[] = [];
  const readings: DialectReading[] = [];
  for (const dialect of dialectsOf(span)) {
    const reading = dialect.read(span);
    if (reading === undefined) continue;
    names.push(dialect.name);
    readings.push(reading);
  }
  const found = mergeReadings(readings);
  const interpreted = interpretReading(found);
  const failure = found.failure ?? (interpreted.kind === "tool" ? failureInResult(found.outputValue) : undefined);
  const decider = readings.findIndex(({ kind }) => kind === found.kind);
  return {
    dialects: decider > 0 ? [names[decider] ?? "", ...names.toSpliced(decider, 1)] : names,
    ...interpreted,
    ...known("error", readError(span, failure)),
  };
}
