import type { Id } from "../kernel/index.ts";
import type { Finding } from "./finding.ts";
import type { MicroUsd } from "./money.ts";
import type { RunEvent } from "./run-event.ts";

/** What lists and searches know of a run without reading its log. */
export interface TraceSummary {
  readonly runId: Id<"run">;
  /** The trace's own id where it came as spans; null for runs of ours and recorded conversations. */
  readonly traceId: string | null;
  readonly origin: RunEvent<"run.started">["origin"];
  /** What holds several runs together as one conversation, by its sender's name. */
  readonly session: string | null;
  readonly agent: { readonly name: string; readonly version: string };
  readonly user: string | null;
  readonly models: readonly string[];
  /** Names, each once. */
  readonly tools: readonly string[];
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** `unknown`: nothing in the trace says how it ended. */
  readonly outcome: RunEvent<"run.ended">["outcome"] | "unknown";
  /** null is unknown. */
  readonly costMicroUsd: MicroUsd | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly modelCallCount: number;
  readonly toolCallCount: number;
  /** Effects that failed. */
  readonly errorCount: number;
  /** Spans it was read from; 0 for a log of its own. */
  readonly spanCount: number;
  readonly findings: readonly Finding[];
  /** The beginning of the first user message. */
  readonly title: string;
}
