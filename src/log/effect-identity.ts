import type { EventType, Message, NewEvent, RunEvent } from "../domain/index.ts";
import { canonicalJson, type Json } from "../kernel/index.ts";

/** Which event answers which call. */
export interface ReturnedBy {
  "model.called": "model.returned";
  "tool.called": "tool.returned";
  "http.called": "http.returned";
  "sleep.called": "sleep.returned";
  "approval.requested": "approval.decided";
  "memory.called": "memory.returned";
  /** One event is both call and answer. */
  "clock.read": "clock.read";
  "random.drawn": "random.drawn";
}

export type AskingType = keyof ReturnedBy;
export type AnsweringType = ReturnedBy[AskingType];

const RETURNED_BY: Readonly<ReturnedBy> = {
  "model.called": "model.returned",
  "tool.called": "tool.returned",
  "http.called": "http.returned",
  "sleep.called": "sleep.returned",
  "approval.requested": "approval.decided",
  "memory.called": "memory.returned",
  "clock.read": "clock.read",
  "random.drawn": "random.drawn",
};

type Asking = { [Each in AskingType]: Each extends EventType ? NewEvent<Each> : never }[AskingType];

/** What the code is about to do; who saw it and when is not part of the question. */
export type EffectQuestion = {
  "model.called": Question<"model.called">;
  "tool.called": Question<"tool.called">;
  "http.called": Question<"http.called">;
  "sleep.called": Question<"sleep.called">;
  "approval.requested": Question<"approval.requested">;
  "memory.called": Question<"memory.called">;
  "clock.read": { readonly type: "clock.read"; readonly effect: number };
  "random.drawn": { readonly type: "random.drawn"; readonly effect: number };
}[AskingType];

type Context = "atMs" | "witness" | "attempt";
type Question<Type extends Exclude<AskingType, "clock.read" | "random.drawn">> = Omit<NewEvent<Type>, Context> &
  Partial<Pick<NewEvent<Type>, Context>>;

export type AskingEvent = RunEvent<AskingType>;
export type AnsweringEvent = RunEvent<AnsweringType>;

export function isAsking(event: RunEvent): event is AskingEvent {
  return Object.hasOwn(RETURNED_BY, event.type);
}

const ANSWERING: ReadonlySet<EventType> = new Set(Object.values(RETURNED_BY));

export function isAnswering(event: RunEvent): event is AnsweringEvent {
  return ANSWERING.has(event.type);
}

/** What makes two calls the same call, as one text. Reasons, settings and call ids do not count. */
export function identityOf(question: EffectQuestion | Asking, prompt: readonly Message[]): string {
  return canonicalJson(identity(question, prompt) as Json);
}

function identity(question: EffectQuestion | Asking, prompt: readonly Message[]): unknown {
  switch (question.type) {
    case "model.called":
      return [question.type, question.model, prompt];
    case "tool.called":
      return [question.type, question.tool, question.arguments];
    case "http.called":
      return [question.type, question.method, question.url, question.body];
    case "sleep.called":
      return [question.type, question.ms];
    case "approval.requested":
      return [question.type, question.tool, question.arguments];
    case "memory.called":
      return [question.type, question.operation, question.owner, question.key, question.value];
    case "clock.read":
    case "random.drawn":
      return [question.type];
  }
}
