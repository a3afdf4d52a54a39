import type { RunEvent } from "../../../domain/index.ts";
import { canonicalJson, type JsonObject } from "../../../kernel/index.ts";
import { isEscalation, toolCalls } from "../../../log/index.ts";
import { clusterOf, type LoggedRun } from "../logged-run.ts";
import { type AnswerSource, answerSources } from "./answer-sources.ts";
import { type CallFacts, readCalls } from "./read-calls.ts";
import { type PromptFacts, readPrompts } from "./read-prompts.ts";
import { readUserMessages, type UserMessage } from "./read-user-messages.ts";

/** All that a gap is measured on, of one run. What its log does not tell is undefined, never 0. */
export interface RunFacts extends PromptFacts {
  readonly runId: string;
  readonly cluster: string;
  readonly eventCount: number;
  /** False where all events carry one time: the recording had none. */
  readonly isTimed: boolean;
  /** Of each model call, the model that answered. */
  readonly models: readonly string[];
  readonly modelDurationsMs: readonly number[];
  /** `temperature: 0`, of all model calls together. */
  readonly settings?: ReadonlySet<string>;
  readonly contextTokens?: number;
  readonly offeredTools?: ReadonlySet<string>;
  /** Declarations as canonical JSON. */
  readonly declarations?: ReadonlySet<string>;
  readonly calls: readonly CallFacts[];
  readonly userMessages: readonly UserMessage[];
  readonly sources: readonly AnswerSource[];
  readonly isEscalated: boolean;
  readonly outcome?: RunEvent<"run.ended">["outcome"];
  readonly durationMs?: number;
  readonly eventTypes: ReadonlySet<RunEvent["type"]>;
}

/** @param answeredAtMs when an earlier run of its session was answered, where there was one */
export function readRunFacts(run: LoggedRun, answeredAtMs?: number): RunFacts {
  const { runId, events } = run;
  const ended = events.findLast((event) => event.type === "run.ended");
  const isTimed = (events.at(-1)?.atMs ?? 0) > (events[0]?.atMs ?? 0);
  return {
    ...readPrompts(events),
    ...readModels(events),
    ...readOffers(events),
    runId,
    cluster: clusterOf(run),
    eventCount: events.length,
    isTimed,
    calls: readCalls(events),
    userMessages: readUserMessages(events, { isTimed, answeredAtMs }),
    sources: answerSources(events),
    isEscalated: toolCalls(events).some(isEscalation),
    eventTypes: new Set(events.map(({ type }) => type)),
    ...(ended && { outcome: ended.outcome, durationMs: ended.durationMs }),
  };
}

type ModelFacts = Pick<RunFacts, "models" | "modelDurationsMs" | "settings" | "contextTokens">;

function readModels(events: readonly RunEvent[]): ModelFacts {
  const asked = new Map<number, string>();
  const models: string[] = [];
  const modelDurationsMs: number[] = [];
  const settings = new Set<string>();
  let contextTokens: number | undefined;
  for (const event of events) {
    if (event.type === "model.called") {
      asked.set(event.effect, event.model);
      for (const item of settingsOf(event.settings)) settings.add(item);
    }
    if (event.type !== "model.returned" || event.error !== undefined) continue;
    models.push(event.model ?? asked.get(event.effect) ?? "unknown");
    modelDurationsMs.push(event.durationMs);
    const tokens = event.usage?.inputTokens;
    if (tokens !== undefined) contextTokens = Math.max(contextTokens ?? 0, tokens);
  }
  return {
    models,
    modelDurationsMs,
    ...(settings.size > 0 && { settings }),
    ...(contextTokens !== undefined && { contextTokens }),
  };
}

function settingsOf(settings: JsonObject | undefined): string[] {
  return Object.entries(settings ?? {}).map(([name, value]) => `${name}: ${canonicalJson(value)}`);
}

function readOffers(events: readonly RunEvent[]): Pick<RunFacts, "offeredTools" | "declarations"> {
  const offered = new Set<string>();
  const declarations = new Set<string>();
  for (const event of events) {
    if (event.type === "model.called") for (const name of event.toolNames) offered.add(name);
    const declared =
      event.type === "run.started" ? (event.tools ?? []) : event.type === "tool.called" ? [event.declaration] : [];
    for (const declaration of declared) {
      if (declaration === undefined) continue;
      if (event.type === "run.started") offered.add(declaration.name);
      declarations.add(canonicalJson(declaration as unknown as JsonObject));
    }
  }
  return { ...(offered.size > 0 && { offeredTools: offered }), ...(declarations.size > 0 && { declarations }) };
}
