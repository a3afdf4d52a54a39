import type { ObservedSpan } from "../../domain/index.ts";
import type { SpanReading } from "../span-reading.ts";
import { namesOf } from "./attribute-names.ts";
import type { DialectReading } from "./dialect.ts";
import { dialectsOf } from "./dialects-of-span.ts";
import { failureInResult, interpretReading } from "./interpret-reading.ts";
import { mergeReadings } from "./merge-readings.ts";
import { readError } from "./read-error.ts";

/** What a span says in any dialect we know. A span that no dialect understands is of the kind `other`. */
export function readSpan(span: ObservedSpan): SpanReading {
  const names: string[] = [];
  const readings: DialectReading[] = [];
  const attributeNames = namesOf(span.attributes);
  for (const dialect of dialectsOf(span, attributeNames)) {
    const reading = dialect.read(span, attributeNames);
    if (reading === undefined) continue;
    names.push(dialect.name);
    readings.push(reading);
  }
  const found = mergeReadings(readings);
  const decider = readings.findIndex(({ kind }) => kind === found.kind);
  const dialects = decider > 0 ? [names[decider] ?? "", ...names.toSpliced(decider, 1)] : names;
  const reading = interpretReading(found, dialects);
  const failure = found.failure ?? (reading.kind === "tool" ? failureInResult(found.outputValue) : undefined);
  const error = readError(span, failure);
  if (error !== undefined) reading.error = error;
  return reading;
}
