import { effectAround, type Message, type RunEvent } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import {
  type AnsweringEvent,
  type AskingEvent,
  type AskingType,
  type EffectQuestion,
  identityOf,
  isAnswering,
  isAsking,
  type ReturnedBy,
} from "./effect-identity.ts";
import { prompts } from "./prompts.ts";
import { ReplayOrder } from "./replay-order.ts";

/** What the log says about a call that the code makes (again). */
export type JournalAnswer<Type extends AskingType = AskingType> =
  /** It was made and answered: `event` is the answer, `attempt` the attempt it answers. */
  | { readonly kind: "returned"; readonly event: RunEvent<ReturnedBy[Type]>; readonly attempt: number }
  /** It was made, and nobody knows whether it happened: `event` is the last time it was made. */
  | { readonly kind: "in-doubt"; readonly event: RunEvent<Type> }
  | { readonly kind: "new" };

/**
 * A log as the answers to the effects of code that is run again from its beginning. The boundary does:
 *
 *     const effect = journal.nextEffect();
 *     const answer = journal.answer({ type: "tool.called", effect, callId, tool, arguments });
 *     const returned = answer.kind === "returned" ? answer.event : await callAndAppend(...);
 *     await journal.turn(returned);   // for every answer, recorded or just made
 *     return returned.result;
 *
 * Code is replayed right when what it does between two effects depends on nothing but their answers.
 */
export interface Journal {
  /** Effects are numbered from 0 in the order in which the code calls them. */
  nextEffect(): number;
  /**
   * @param question a model call holds its whole prompt (`keptCount: 0`), or the difference to the code's previous one;
   * `attempt` (1 unless told) asks for the answer to a repeated call
   * @throws {AegisError} "log.journal_mismatch" when the log holds another call at this place
   */
  answer<Asked extends EffectQuestion>(question: Asked): JournalAnswer<Asked["type"]>;
  /**
   * Resolves when the code may have this answer: recorded ones in the order of the log, then new ones as they come.
   * @throws {AegisError} "log.journal_mismatch" when the code stops making the calls that the log holds before it
   */
  turn(event: { readonly seq: number }): Promise<void>;
  /** Effects that the log holds and the code has not called (yet). */
  unaskedEffects(): readonly number[];
}

export interface JournalOptions {
  /** How long replayed code may take between two effects. */
  readonly stallMs?: number;
}

interface Recorded {
  readonly asked: AskingEvent[];
  readonly answered: AnsweringEvent[];
  readonly identity: string;
}

export function openJournal(events: readonly RunEvent[], { stallMs = 30_000 }: JournalOptions = {}): Journal {
  const effects = recordedEffects(events);
  const isRedone = (effect: number) => !answeredAround(effect, effects);
  const order = new ReplayOrder(
    events
      .filter((event) => (isAsking(event) || isAnswering(event)) && isRedone(event.effect))
      .map((event) => event.seq),
    stallMs,
  );
  const unasked = new Set([...effects.keys()].filter(isRedone));
  let effectCount = 0;
  let prompt: readonly Message[] = [];

  return {
    nextEffect: () => effectCount++,
    turn: (event) => order.turn(event.seq),
    unaskedEffects: () => [...unasked],
    answer(question) {
      if (question.type === "model.called") prompt = [...prompt.slice(0, question.keptCount), ...question.added];
      const recorded = effects.get(question.effect);
      if (recorded === undefined) return { kind: "new" };
      assertSame(question.effect, recorded.identity, identityOf(question, prompt));
      unasked.delete(question.effect);
      return answerOf(recorded, question, order) as JournalAnswer<never>;
    },
  };
}

function answerOf({ asked, answered }: Recorded, question: EffectQuestion, order: ReplayOrder): JournalAnswer {
  const attempt = "attempt" in question ? (question.attempt ?? 1) : 1;
  const first = asked.find((event) => attemptOf(event) >= attempt);
  if (first === undefined) return { kind: "new" };
  const answer = answered.find((event) => event.seq >= first.seq);
  const calls = asked.filter((event) => event.seq >= first.seq && (answer === undefined || event.seq < answer.seq));
  for (const call of calls) order.use(call.seq);
  const last = calls.at(-1) ?? first;
  return answer === undefined
    ? { kind: "in-doubt", event: last }
    : { kind: "returned", event: answer, attempt: attemptOf(last) };
}

/** Was this effect made inside one that is answered from the log? Then the code does not make it again. */
function answeredAround(effect: number, effects: ReadonlyMap<number, Recorded>): boolean {
  const around = effectAround(effect);
  if (around === undefined) return false;
  return (effects.get(around)?.answered.length ?? 0) > 0 || answeredAround(around, effects);
}

function recordedEffects(events: readonly RunEvent[]): Map<number, Recorded> {
  const effects = new Map<number, Recorded>();
  const promptsBySeq = new Map(prompts(events).map((prompt) => [prompt.seq, prompt.messages]));
  for (const event of events) {
    if (isAsking(event)) {
      const identity = identityOf(event, promptsBySeq.get(event.seq) ?? []);
      const recorded = effects.get(event.effect) ?? { asked: [], answered: [], identity };
      effects.set(event.effect, recorded);
      recorded.asked.push(event);
    }
    if (isAnswering(event)) effects.get(event.effect)?.answered.push(event);
  }
  return effects;
}

function attemptOf(event: AskingEvent): number {
  return "attempt" in event ? event.attempt : 1;
}

function assertSame(effect: number, recorded: string, asked: string): void {
  if (recorded === asked) return;
  let at = 0;
  while (at < recorded.length && recorded[at] === asked[at]) at += 1;
  throw new AegisError(
    "log.journal_mismatch",
    `Effect ${effect} is ${excerpt(recorded, at)} in the log, but the code now asks for ${excerpt(asked, at)}`,
    { details: { effect } },
  );
}

/** Prompts are long: show how a call begins, and where it differs. */
function excerpt(identity: string, differsAt: number): string {
  const head = identity.slice(0, 80);
  const from = Math.max(differsAt - 20, 80);
  const tail = identity.slice(from, differsAt + 60);
  return tail === "" ? head : `${head}…${tail}…`;
}
