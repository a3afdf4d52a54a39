import type { PublicRunEvent } from "../api/index.ts";
import { ProblemError } from "./problem-error.ts";
import { reduceRun } from "./reduce-run.ts";
import { EMPTY_RUN_VIEW, type RunView } from "./run-view.ts";

/** The answer, as far as it has come. */
export interface TextUpdate {
  readonly text: string;
  /** What came to the end of the last update's text; undefined where that one no longer holds: show `text` anew. */
  readonly added: string | undefined;
  /** The agent has sent it: no more will come. */
  readonly isAnswer: boolean;
}

/** The view after each event. */
export async function* readViews(events: AsyncIterable<PublicRunEvent>): AsyncGenerator<RunView, void, undefined> {
  let view = EMPTY_RUN_VIEW;
  for await (const event of events) {
    view = reduceRun(view, event);
    yield view;
  }
}

export async function* readText(events: AsyncIterable<PublicRunEvent>): AsyncGenerator<TextUpdate, void, undefined> {
  let view = EMPTY_RUN_VIEW;
  for await (const event of events) {
    const { text: before } = view;
    view = reduceRun(view, event);
    const isAnswer = event.type === "message.sent";
    if (isAnswer || view.text !== before)
      yield { text: view.text, added: addedText(event, before, view.text), isAnswer };
  }
}

/** @throws {ProblemError} "client.no_answer" when the run ended without one */
export async function readAnswer(events: AsyncIterable<PublicRunEvent>): Promise<string> {
  let answer: string | undefined;
  let ending = "is not over";
  for await (const event of events) {
    if (event.type === "message.sent") answer = event.content;
    if (event.type !== "run.ended") continue;
    ending = event.error === undefined ? event.outcome : `${event.outcome}: ${event.error.message}`;
    if (event.outcome !== "answered") answer = undefined;
  }
  if (answer !== undefined) return answer;
  const fix = "Read the run's events to see what went before, then send the message again.";
  throw new ProblemError(`The run has no answer (${ending})`, { code: "client.no_answer", status: 200, fix });
}

function addedText(event: PublicRunEvent, before: string, after: string): string | undefined {
  if (event.type === "message.sent") return after.startsWith(before) ? after.slice(before.length) : undefined;
  const added = event.type === "model.streamed" ? (event.text ?? "") : after;
  return after.length === before.length + added.length ? added : undefined;
}
