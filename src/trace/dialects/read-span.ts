import type { ObservedSpan } from "../../domain/index.ts";
import type { SpanReading } from "../span-reading.ts";
import { dialectsOf } from "./dialects-of-span.ts";
import { failureInResult, interpretReading } from "./interpret-reading.ts";
import { known } from "./read-fields.ts";
import { mergeReadings } from "./merge-readings.ts";
import { readError } from "./read-error.ts";

/** What a span says in any dialect we know. A span that no dialect understands is of the kind `other`. */
export function readSpan(span: ObservedSpan): SpanReading {
  const readings = dialectsOf(span).flatMap((dialect) => {
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
