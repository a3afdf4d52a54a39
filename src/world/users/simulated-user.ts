import { AegisError } from "../../kernel/index.ts";
import type { LanguageModel } from "../../model/index.ts";
import { MESSY_OPERATORS, makeMessy } from "./make-messy.ts";
import { modelVoice } from "./model-voice.ts";
import { scriptedVoice } from "./scripted-voice.ts";
import { parseSimulatedUser, type SimulatedUserInput, type SimulatedUserSpec } from "./spec/index.ts";
import type { UserEnd, UserVoice } from "./user-voice.ts";

/** Somebody who wants something of the agent. Lives on the host: nothing of what it knows reaches the sandbox unsaid. */
export interface SimulatedUser {
  /** What the user says to this; without an argument, the first thing. Calls are answered one after the other. */
  next(agentSaid?: string): Promise<UserTurn>;
}

/** `goal`: has what was wanted. `gave-up`: the agent was of no help. `turns`: said as much as a user may. */
export type UserTurn = { readonly say: string } | { readonly done: true; readonly because: UserEnd };

export type SimulatedUserOptions = SimulatedUserInput & {
  /** Speaks for the user where there is no script. */
  readonly model?: LanguageModel;
  readonly seed: number;
  readonly signal?: AbortSignal;
};

/**
 * Opens a conversation with a simulated user: by its script, or else by a model.
 *
 * @throws {AegisError} "user.bad_definition"; `next` rejects with "model.*", or "user.bad_answer" for a model that does
 *   not play its part
 */
export function openSimulatedUser({ model, seed, signal, ...given }: SimulatedUserOptions): SimulatedUser {
  const user = parseSimulatedUser(given);
  const voice = voiceOf(user, { model, seed, signal });
  const conversation = { turn: 0, unhelpful: 0, end: null as UserEnd | null };
  const take = async (agentSaid: string | undefined): Promise<UserTurn> => {
    if (conversation.end === null && conversation.turn >= user.turnsMax) conversation.end = "turns";
    if (conversation.end !== null) return { done: true, because: conversation.end };
    const turn = conversation.turn + 1;
    const reply = await voice({ turn, agentSaid: agentSaid ?? "" });
    if (turn > 1) conversation.unhelpful = reply.isHelped ? 0 : conversation.unhelpful + 1;
    if (conversation.unhelpful >= user.givesUpAfter) {
      conversation.end = "gave-up";
      return { done: true, because: conversation.end };
    }
    conversation.end = reply.end;
    if (reply.say === null) return { done: true, because: reply.end ?? "goal" };
    conversation.turn = turn;
    return { say: write(reply.say, user, { turn, seed }) };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    next(agentSaid) {
      const answer = last.then(() => take(agentSaid));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

function voiceOf(
  user: SimulatedUserSpec,
  {
    model,
    seed,
    signal,
  }: { readonly model: LanguageModel | undefined; readonly seed: number; readonly signal: AbortSignal | undefined },
): UserVoice {
  if (user.script) return scriptedVoice(user, user.script);
  if (model) return modelVoice(user, { model, seed, ...(signal && { signal }) });
  throw new AegisError(
    "user.bad_definition",
    "simulatedUser: has no script, and there is no model that could speak for it",
  );
}

/** What was asked for is not left out again. */
function write(text: string, { style }: SimulatedUserSpec, { turn, seed }: { turn: number; seed: number }): string {
  if (!style) return text;
  const dropping = MESSY_OPERATORS.filter(({ dropsFacts }) => dropsFacts).map(({ name }) => name);
  const operators = turn === 1 ? style.operators : style.operators.filter((name) => !dropping.includes(name));
  return makeMessy(text, { ...style, operators }, seed + turn);
}
