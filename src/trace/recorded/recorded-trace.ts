import type { ObservedSpan, Verdict } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";

/** A trace that came as a file: spans in all but name. */
export interface RecordedTrace {
  /** Names the trace wherever it is exported again. */
  readonly externalId: string;
  readonly where: string;
  /** Of its spans: 32 hexadecimal digits, or 16. */
  readonly traceId: string;
  readonly session: string | null;
  readonly taskId: string | null;
  readonly spans: readonly ObservedSpan[];
  /** Scores of which more is better, e.g. Braintrust's. */
  readonly verdicts: readonly Verdict[];
  /** Scores of which the file does not say what is good: a toxicity of 1 is bad. */
  readonly scores: readonly RecordedScore[];
}

export interface RecordedScore {
  readonly name: string;
  readonly value: Json;
  readonly comment?: string;
  /** Who or what gave it, as the file says. */
  readonly by?: string;
}
