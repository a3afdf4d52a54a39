import { estimateTokens } from "../../../world/conditions/index.ts";
import type { DimensionGroup } from "../dimensions/dimension.ts";
import { languageOf } from "../reading/language-of.ts";
import type { CallFacts } from "../reading/read-calls.ts";
import type { RunFacts } from "../reading/run-facts.ts";
import { sayDuration, sayNumber } from "../say.ts";

/** Something that can be so in a run, in words that name it. */
export interface NamedCondition extends Said {
  readonly group: DimensionGroup;
}

interface Said {
  readonly text: string;
  /** Steps of one ladder: who is above a high one is above all lower ones too. */
  readonly ladder?: string;
  /** The words of the wider condition that this one is a case of. */
  readonly within?: string;
}

/** Everything in a run that a case could reproduce, each named once. */
export function conditionsOf(run: RunFacts): NamedCondition[] {
  return [
    ...named("configuration", configuration(run)),
    ...named("context", context(run)),
    ...named("tools", [...run.calls.flatMap(ofCall), ...ofCalls(run)]),
    ...named("users", ofUser(run)),
    ...named("answers", answers(run)),
  ];
}

function named(group: DimensionGroup, said: readonly Said[]): NamedCondition[] {
  return [...new Map(said.map((each) => [each.text, { ...each, group }])).values()];
}

function say(...texts: readonly string[]): Said[] {
  return texts.map((text) => ({ text }));
}

function configuration({ models, offeredTools }: RunFacts): Said[] {
  const offered = [...(offeredTools ?? [])].map((tool) => `tool ${tool} is offered`);
  return say(...models.map((model) => `model ${model} answers`), ...offered);
}

const TOKEN_STEPS = [2_000, 4_000, 8_000, 20_000, 50_000, 100_000];
const TURN_STEPS = [2, 5, 10, 20, 40];
const MODEL_CALL_STEPS = [5, 10, 20, 50];

function context(run: RunFacts): Said[] {
  // Estimated on both sides: what a provider counts holds more than the log does, and not every log has it.
  const tokens = run.contextCharacters < TOKEN_STEPS[0]! ? 0 : estimateTokens(run.contextText());
  return [
    ...steps(tokens, TOKEN_STEPS, (step) => `context over ${sayNumber(step)} tokens`),
    ...steps(run.turnCount, TURN_STEPS, (step) => `over ${step} user turns`),
    ...steps(run.models.length, MODEL_CALL_STEPS, (step) => `over ${step} model calls`),
  ];
}

const RESULT_STEPS = [1_000, 2_000, 8_000, 20_000];
const LATENCY_STEPS_MS = [1_000, 5_000, 10_000, 30_000];

const ENDS: Readonly<Record<CallFacts["end"], string>> = {
  ok: "",
  timeout: "times out",
  "429": "answers 429",
  "4xx": "answers 4xx",
  "5xx": "answers 5xx",
  malformed: "answers broken JSON",
  "other error": "fails",
  "no answer": "never answers",
};

/** Of one call; what any tool does is named beside what this one does, for cases that reproduce it with another. */
function ofCall({ tool, end, resultText, durationMs }: CallFacts): Said[] {
  const size = resultText === undefined || resultText.length < RESULT_STEPS[0]! ? 0 : estimateTokens(resultText);
  const isEmpty = resultText !== undefined && saysNothing(resultText);
  return [
    ...say(`tool ${tool} is called`),
    ...(end === "ok" ? [] : both(tool, ENDS[end])),
    ...(isEmpty ? both(tool, "finds nothing") : []),
    ...steps(size, RESULT_STEPS, (step) => `tool ${tool} gives over ${sayNumber(step)} tokens`),
    ...steps(durationMs ?? 0, LATENCY_STEPS_MS, (step) => `tool ${tool} takes over ${sayDuration(step)}`),
  ];
}

const EMPTY_RESULTS = new Set(["", "[]", "{}", "null", '""']);
const EMPTY_LENGTH_MAX = 20;

function saysNothing(text: string): boolean {
  return text.length <= EMPTY_LENGTH_MAX && EMPTY_RESULTS.has(text.replaceAll(/\s/g, ""));
}

function both(tool: string, what: string): Said[] {
  return [{ text: `a tool ${what}` }, { text: `tool ${tool} ${what}`, within: `a tool ${what}` }];
}

const CALL_STEPS = [5, 10, 20, 50];
const RETRY_STEPS = [0, 2, 4];
const ERROR_STEPS = [2, 4];

function ofCalls({ calls }: RunFacts): Said[] {
  const retries = calls.filter(({ isRetry }) => isRetry).length;
  const errors = calls.filter(({ end }) => end !== "ok").length;
  return [
    ...steps(calls.length, CALL_STEPS, (step) => `over ${step} tool calls`),
    ...steps(retries, RETRY_STEPS, (step) => `${step + 1}+ retries of a failed call`),
    ...steps(errors, ERROR_STEPS, (step) => `${step + 1}+ tool errors in one run`),
  ];
}

const LENGTH_STEPS = [500, 2_000, 5_000];
const ASKED_STEPS = [1, 2, 4];
const WAIT_STEPS_MS = [60_000, 600_000, 3_600_000, 86_400_000];

function ofUser({ userMessages }: RunFacts): Said[] {
  if (userMessages.length === 0) return [];
  const most = (of: (message: (typeof userMessages)[number]) => number) =>
    userMessages.reduce((largest, message) => Math.max(largest, of(message)), 0);
  const language = languageOf(userMessages.map(({ text }) => text).join("\n"));
  return [
    ...(language === "unclear" ? [] : say(`user writes in ${language}`)),
    ...(userMessages.some(({ isAngry }) => isAngry) ? say("user is angry") : []),
    ...(userMessages.some(({ isShouted }) => isShouted) ? say("user writes in capitals") : []),
    ...(userMessages.some(({ hasEmoji }) => hasEmoji) ? say("user writes emoji") : []),
    ...(userMessages.some(({ text }) => text.trim() === "") ? say("user sends an empty message") : []),
    ...steps(
      most(({ characters }) => characters),
      LENGTH_STEPS,
      (step) => `user message over ${sayNumber(step)} characters`,
    ),
    ...steps(
      most(({ questionCount }) => questionCount),
      ASKED_STEPS,
      (step) => `${step + 1}+ questions in one message`,
    ),
    ...steps(
      most(({ requestCount }) => requestCount),
      ASKED_STEPS,
      (step) => `${step + 1}+ requests in one message`,
    ),
    ...steps(
      most(({ waitMs }) => waitMs ?? 0),
      WAIT_STEPS_MS,
      (step) => `user answers after over ${sayDuration(step)}`,
    ),
  ];
}

const EVENTS: Readonly<Record<string, string>> = {
  "approval.requested": "an approval is asked for",
  "run.resumed": "the run is taken up again",
  "doubt.settled": "a person settles what a call did",
  "memory.called": "memory is used",
};

function answers({ outcome, isEscalated, eventTypes, sources }: RunFacts): Said[] {
  return say(
    ...(outcome === undefined || outcome === "answered" ? [] : [`the run ends ${outcome}`]),
    ...(isEscalated ? ["the agent hands over to a person"] : []),
    ...Object.entries(EVENTS).flatMap(([type, text]) => (eventTypes.has(type as never) ? [text] : [])),
    ...(sources.includes("disturbed on purpose") ? ["an answer is disturbed on purpose"] : []),
  );
}

/** All steps that the value is above. */
function steps(value: number, ladder: readonly number[], words: (step: number) => string): Said[] {
  return ladder.filter((step) => value > step).map((step) => ({ text: words(step), ladder: words(-1) }));
}
