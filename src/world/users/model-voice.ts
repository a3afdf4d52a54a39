import { z } from "zod";
import { AegisError } from "../../kernel/index.ts";
import type { Message } from "../../domain/index.ts";
import type { LanguageModel } from "../../model/index.ts";
import { fillFacts, templateNames } from "./spec/index.ts";
import { asksSomething, type HiddenFact, hiddenFactsOf } from "./hidden-facts.ts";
import { modelVoicePrompt } from "./model-voice-prompt.ts";
import type { SimulatedUserSpec } from "./spec/index.ts";
import { HEARD_CHARACTERS_MAX, type UserReply, type UserVoice } from "./user-voice.ts";

interface ModelVoiceOptions {
  readonly model: LanguageModel;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

const TRIES_MAX = 3;

/**
 * Speaks by a model that plays the user. It is never told a hidden fact's value before that was said: it writes the
 * fact's name in brackets and the value is put in here, only when the agent has asked.
 */
export function modelVoice(user: SimulatedUserSpec, { model, seed, signal }: ModelVoiceOptions): UserVoice {
  const hidden = hiddenFactsOf(user);
  const values = { ...user.facts, ...Object.fromEntries(hidden.map(({ name, value }) => [name, value])) };
  const told = new Set<string>();
  const said: Message[] = [];

  return async ({ turn, agentSaid }) => {
    const heard = agentSaid.slice(0, HEARD_CHARACTERS_MAX);
    const hasChanged = user.changesMind !== undefined && turn >= user.changesMind.turn;
    const goal = hasChanged ? user.changesMind!.goal : user.goal;
    said.push({
      role: "user",
      content: JSON.stringify(turn === 1 && heard === "" ? { begin: true } : { agent: heard }),
    });
    const system: Message = { role: "system", content: modelVoicePrompt({ user, goal, told, hasChanged }) };
    const notes: Message[] = [];
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      const settings = { seed: (seed + turn * TRIES_MAX + attempt) >>> 0, responseFormat: { type: "json" } };
      const messages = [system, ...said, ...notes];
      const { message } = await model.generate({ messages, settings, ...(signal && { signal }) });
      const part = readPart(message.content);
      const complaint =
        typeof part === "string" ? part : complainAbout(part.say, { hidden, told, heard, known: Object.keys(values) });
      if (typeof part !== "string" && complaint === null) {
        for (const name of templateNames(part.say)) told.add(name);
        const say = fillFacts(part.say, values);
        said.push({ role: "assistant", content: JSON.stringify({ ...part, say }) });
        return toReply(part, say);
      }
      notes.splice(
        0,
        2,
        { role: "assistant", content: message.content },
        { role: "user", content: JSON.stringify({ rule: complaint }) },
      );
    }
    throw new AegisError("user.bad_answer", `${model.id} did not play the user in ${TRIES_MAX} tries`, {
      details: { model: model.id, turn },
    });
  };
}

const partSchema = z.object({
  say: z.string(),
  helped: z.boolean().default(true),
  end: z.enum(["goal", "gave-up"]).nullish(),
});

type Part = z.output<typeof partSchema>;

/** @returns a sentence on what is wrong when the text is no part */
function readPart(text: string): Part | string {
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  try {
    const part = partSchema.safeParse(JSON.parse(json));
    if (!part.success) return "Answer with the JSON object that was described.";
    const { say, ...rest } = part.data;
    if (say.trim() === "" && !rest.end) return "Say something, or end the conversation.";
    // Brackets, because braces are templates to a scripted model.
    return { ...rest, say: say.replaceAll(/\[\[\s*([\w-]+)\s*\]\]/g, "{{$1}}") };
  } catch {
    return "Answer with one JSON object and nothing else.";
  }
}

function complainAbout(
  say: string,
  {
    hidden,
    told,
    heard,
    known,
  }: {
    readonly hidden: readonly HiddenFact[];
    readonly told: ReadonlySet<string>;
    readonly heard: string;
    readonly known: readonly string[];
  },
): string | null {
  const names = templateNames(say);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return `There is no fact [[${unknown}]]. Say it without.`;
  const early = hidden.find(({ name, ...fact }) => names.includes(name) && !told.has(name) && !mayBeTold(fact, heard));
  return early ? `The agent has not asked for [[${early.name}]]. Say it without.` : null;
}

/** Which fact a question is about, the model decides; that there was one is checked. */
function mayBeTold(fact: Pick<HiddenFact, "hasPattern" | "isAskedBy">, heard: string): boolean {
  return fact.hasPattern ? fact.isAskedBy(heard) : asksSomething(heard);
}

function toReply({ helped, end }: Part, say: string): UserReply {
  return { say: say.trim() === "" ? null : say, isHelped: helped || end === "goal", end: end ?? null };
}
