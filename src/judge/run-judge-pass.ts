import type { Message, Usage } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import type { LanguageModel, ModelAnswer } from "../model/index.ts";
import type { JudgePassFailure } from "./judge.ts";
import { type Judgement, readJudgement } from "./read-judgement.ts";

export type PassOutcome = { readonly usage: Usage | null } & (
  | { readonly judgement: Judgement }
  | { readonly why: JudgePassFailure; readonly reason: string }
);

/** Asks once. Never rejects. */
export async function runJudgePass(
  model: LanguageModel,
  {
    messages,
    seed,
    timeoutMs,
    signal,
  }: {
    readonly messages: readonly Message[];
    readonly seed: number;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<PassOutcome> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const stop = AbortSignal.any([timeout.signal, ...(signal ? [signal] : [])]);
  try {
    const settings = { seed, responseFormat: { type: "json" } };
    const answer = await orStop(() => model.generate({ messages, settings, signal: stop }), stop);
    return readAnswer(answer);
  } catch (error) {
    if (signal?.aborted) return { usage: null, why: "cancelled", reason: "Cancelled" };
    if (timeout.signal.aborted) return { usage: null, why: "timeout", reason: `No answer within ${timeoutMs} ms` };
    // Only our own messages are safe to keep: others may hold the prompt.
    const reason = error instanceof AegisError ? error.message : "The judge's model crashed";
    return { usage: null, why: "crash", reason };
  } finally {
    clearTimeout(timer);
  }
}

function readAnswer({ message, finishReason, usage }: ModelAnswer): PassOutcome {
  if (finishReason === "content-filter") return { usage, why: "refusal", reason: "The provider filtered the answer" };
  if (message.content.trim() === "") return { usage, why: "refusal", reason: "The judge said nothing" };
  const judgement = readJudgement(message.content);
  return typeof judgement === "string" ? { usage, why: "bad_answer", reason: judgement } : { usage, judgement };
}

/** A model that ignores its signal is left behind. */
async function orStop<Value>(start: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const onAbort = () => stopped.reject(new Error("stopped"));
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([start(), stopped.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
