import { type MicroUsd, type RunEvent, sumMicroUsd, type Usage } from "../domain/index.ts";

/** Sums over the model calls of a log. null: not told for at least one of them, never 0. */
export interface UsageTotals {
  readonly callCount: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly reasoningTokens: number | null;
  /** Most input tokens of any one call. */
  readonly contextTokensMax: number | null;
  readonly costMicroUsd: MicroUsd | null;
}

export interface RunUsage extends UsageTotals {
  /** By the id of the model that answered, in order of first use. */
  readonly perModel: Readonly<Record<string, UsageTotals>>;
}

interface ModelAnswer {
  readonly model: string;
  readonly returned: RunEvent<"model.returned">;
}

export function usageOf(events: readonly RunEvent[]): RunUsage {
  const answers = modelAnswers(events);
  const perModel = Map.groupBy(answers, ({ model }) => model);
  return {
    ...totals(answers),
    perModel: Object.fromEntries([...perModel].map(([model, own]) => [model, totals(own)])),
  };
}

function modelAnswers(events: readonly RunEvent[]): ModelAnswer[] {
  const asked = new Map<number, string>();
  const answers: ModelAnswer[] = [];
  for (const event of events) {
    if (event.type === "model.called") asked.set(event.effect, event.model);
    if (event.type !== "model.returned") continue;
    answers.push({ model: event.model ?? asked.get(event.effect) ?? "unknown", returned: event });
  }
  return answers;
}

/** A call that failed and reported nothing used nothing that we know of. */
function totals(answers: readonly ModelAnswer[]): UsageTotals {
  const counted = answers
    .map(({ returned }) => returned)
    .filter(({ error, usage, costMicroUsd }) => error === undefined || usage !== undefined || costMicroUsd !== null);
  const tokens = (name: keyof Usage) => counted.map(({ usage }) => usage?.[name] ?? null);
  const sum = (parts: (number | null)[]) => (parts.length === 0 ? null : sumMicroUsd(parts));
  const inputs = tokens("inputTokens");
  return {
    callCount: answers.length,
    inputTokens: sum(inputs),
    outputTokens: sum(tokens("outputTokens")),
    cachedInputTokens: sum(tokens("cachedInputTokens")),
    reasoningTokens: sum(tokens("reasoningTokens")),
    contextTokensMax: sum(inputs) === null ? null : Math.max(...inputs.map(Number)),
    costMicroUsd: sum(counted.map(({ costMicroUsd }) => costMicroUsd)),
  };
}
