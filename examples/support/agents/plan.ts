import type { ScriptedCall, ScriptTurn, Step } from "aegis/model";
import { type Attempt, attemptsInTurn, readTalk, type Talk } from "./read-talk.ts";

/** What a model would think, as straight code: yields the calls it makes, returns what it says. */
export type Plan<Result = string> = Generator<ScriptedCall, Result, Attempt>;

/**
 * A scripted model that follows a plan. It keeps no state: at each step the plan is gone through anew with the results
 * so far, and the first call without a result is the next one.
 */
export function followPlan(plan: (talk: Talk) => Plan): (turn: ScriptTurn) => Step {
  return ({ messages }) => {
    const steps = plan(readTalk(messages));
    let at = steps.next();
    for (const attempt of attemptsInTurn(messages)) {
      if (at.done) break;
      at = steps.next(attempt);
    }
    return at.done ? { say: at.value } : { call: at.value };
  };
}

/** Calls a tool, and again while it fails for a reason that may pass. */
export function* ask(call: ScriptedCall, attemptsMax = 3): Plan<Attempt> {
  let attempt: Attempt = yield call;
  for (let count = 1; count < attemptsMax && attempt.isError && mayPass(attempt); count += 1) attempt = yield call;
  return attempt;
}

function mayPass({ result }: Attempt): boolean {
  return /answered (429|5\d\d)|fetch failed/.test(JSON.stringify(result));
}
