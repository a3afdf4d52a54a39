import type { PublicRunEvent } from "../api/index.ts";
import { followRun, type FollowOptions } from "./follow-run.ts";
import { readAnswer, readText, readViews, type TextUpdate } from "./read-text.ts";
import type { RunView } from "./run-view.ts";
import type { Decision, PendingDecision, RunRecord } from "./surface.ts";
import type { Transport } from "./transport.ts";

/** One run. Leaving a loop early closes its connection; an aborted `signal` makes the loop throw the signal's reason. */
export interface RunClient {
  readonly id: string;
  record(): Promise<RunRecord>;
  /** Every event to the run's end, each once and in order, whatever happens to the connection. */
  events(options?: FollowOptions): AsyncGenerator<PublicRunEvent, void, undefined>;
  /** The view after every event. */
  views(options?: Omit<FollowOptions, "fromSeq">): AsyncGenerator<RunView, void, undefined>;
  /** The answer as it comes. */
  text(options?: Omit<FollowOptions, "fromSeq">): AsyncGenerator<TextUpdate, void, undefined>;
  /** The whole answer. @throws {ProblemError} "client.no_answer" when the run ends without one */
  answer(options?: Omit<FollowOptions, "fromSeq">): Promise<string>;
  /** The events there are now, without waiting for more. */
  eventsSoFar(query?: { readonly fromSeq?: number; readonly limit?: number }): Promise<EventPage>;
  /** What it waits for. */
  decisions(): Promise<readonly PendingDecision[]>;
  /** Sent once: where the answer got lost, `decisions()` shows whether it arrived. */
  decide(decision: Decision): Promise<void>;
  cancel(): Promise<void>;
}

export interface EventPage {
  readonly items: readonly PublicRunEvent[];
  readonly nextSeq: number;
  /** The run has ended and this page holds its last event. */
  readonly isComplete: boolean;
}

export function runClient(transport: Transport, id: string): RunClient {
  const path = `/v1/runs/${encodeURIComponent(id)}`;
  const events = (options: FollowOptions = {}) => followRun(transport, { ...options, runId: id });
  return {
    id,
    record: () => transport.request(path),
    events,
    views: (options) => readViews(events(options)),
    text: (options) => readText(events(options)),
    answer: (options) => readAnswer(events(options)),
    eventsSoFar: (query) => transport.request(`${path}/events`, { query: query ?? {} }),
    decisions: () => transport.request(`${path}/decisions`),
    decide: (decision) => transport.request(`${path}/decisions`, { method: "POST", body: decision }),
    cancel: () => transport.request(`${path}/cancel`, { method: "POST" }),
  };
}
