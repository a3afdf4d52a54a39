import { z } from "zod";
import { formatMicroUsd, microUsdFromUsd, type RunEvent } from "../domain/index.ts";
import { type CheckDefinition, defineCheck, fail, type Finding, pass, undecided } from "./define-check.ts";
import type { FinishedRun } from "./check.ts";

const costAtMost = defineCheck({
  name: "costAtMost",
  summary: "Spends at most so much on model calls.",
  options: z.strictObject({ usd: z.number().min(0).describe("US dollars for the whole run") }),
  shorthand: "usd",
  example: { usd: 0.05 },
  compile: ({ usd }) => ({
    label: `$${usd}`,
    explain: `Its model calls cost at most $${usd}.`,
    judge: (run) =>
      judgeSum(modelCalls(run), {
        limit: microUsdFromUsd(usd),
        amountOf: ({ returned }) => returned?.costMicroUsd ?? null,
        show: (amount) => `cost ${formatMicroUsd(amount)}`,
        showLimit: formatMicroUsd,
        unknown: "the price",
      }),
  }),
});

const tokensAtMost = defineCheck({
  name: "tokensAtMost",
  summary: "Uses at most so many tokens in all model calls together.",
  options: z.strictObject({
    max: z.int().min(0),
    of: z.enum(["input", "output", "all"]).default("all").describe("which tokens count"),
  }),
  shorthand: "max",
  example: 20_000,
  compile: ({ max, of }) => ({
    label: `${max} ${of}`,
    explain: `Its model calls use at most ${max} ${of === "all" ? "" : `${of} `}tokens together.`,
    judge: (run) =>
      judgeSum(modelCalls(run), {
        limit: max,
        amountOf: ({ returned }) => sumTokens(returned, of),
        show: (amount) => `used ${amount} tokens`,
        unknown: "the token count",
      }),
  }),
});

const contextAtMost = defineCheck({
  name: "contextAtMost",
  summary: "Puts at most so many input tokens into any one model call.",
  options: z.strictObject({ max: z.int().min(0) }),
  shorthand: "max",
  example: 8_000,
  compile: ({ max }) => ({
    label: String(max),
    explain: `No model call gets more than ${max} input tokens.`,
    judge(run) {
      const calls = modelCalls(run).map((call) => ({ seq: call.seq, amount: call.returned?.usage?.inputTokens }));
      if (calls.length === 0) return undecided("No model call was recorded.");
      const over = calls.filter(({ amount }) => amount !== undefined && amount > max);
      const most = Math.max(0, ...calls.map(({ amount }) => amount ?? 0));
      if (over.length > 0)
        return fail(
          `A model call got ${most} input tokens, more than ${max}.`,
          over.map(({ seq }) => seq),
        );
      const open = calls.filter(({ amount }) => amount === undefined);
      if (open.length > 0)
        return undecided(
          `The token count of ${open.length} model calls is unknown.`,
          open.map(({ seq }) => seq),
        );
      return pass(
        `No model call got more than ${most} input tokens.`,
        calls.map(({ seq }) => seq),
      );
    },
  }),
});

const stepsAtMost = defineCheck({
  name: "stepsAtMost",
  summary: "Needs at most so many steps; a step is one answer of the model.",
  options: z.strictObject({ max: z.int().min(0) }),
  shorthand: "max",
  example: 8,
  compile: ({ max }) => ({
    label: String(max),
    explain: `It needs at most ${max} steps.`,
    judge(run) {
      const calls = modelCalls(run);
      if (calls.length === 0) return undecided("No model call was recorded.");
      const steps = calls.filter(({ returned }) => returned && !returned.error).map(({ seq }) => seq);
      if (steps.length <= max) return pass(`It took ${steps.length} steps.`, steps);
      return fail(`It took ${steps.length} steps, more than ${max}.`, steps);
    },
  }),
});

const latencyAtMost = defineCheck({
  name: "latencyAtMost",
  summary: "Is done within so many seconds, from start to end of the run.",
  options: z.strictObject({ seconds: z.number().positive() }),
  shorthand: "seconds",
  example: { seconds: 30 },
  compile: ({ seconds }) => ({
    label: `${seconds} s`,
    explain: `It is done within ${seconds} seconds.`,
    judge({ events }) {
      const ended = events.findLast((event) => event.type === "run.ended");
      if (!ended) return undecided("The end of the run was not recorded.");
      const took = `It took ${(ended.durationMs / 1_000).toFixed(2)} seconds`;
      if (ended.durationMs <= seconds * 1_000) return pass(`${took}.`, [ended.seq]);
      return fail(`${took}, more than ${seconds}.`, [ended.seq]);
    },
  }),
});

export const BUDGET_CHECKS = {
  costAtMost,
  latencyAtMost,
  stepsAtMost,
  tokensAtMost,
  contextAtMost,
} as const satisfies Readonly<Record<string, CheckDefinition>>;

interface ModelCall {
  readonly seq: number;
  readonly returned: RunEvent<"model.returned"> | undefined;
}

function modelCalls({ events }: FinishedRun): readonly ModelCall[] {
  const open = new Map<number, number>();
  const calls: ModelCall[] = [];
  for (const event of events) {
    if (event.type === "model.called") open.set(event.effect, event.seq);
    if (event.type !== "model.returned") continue;
    open.delete(event.effect);
    calls.push({ seq: event.seq, returned: event });
  }
  return [...calls, ...[...open.values()].map((seq) => ({ seq, returned: undefined }))];
}

interface Budget {
  readonly limit: number;
  readonly amountOf: (call: ModelCall) => number | null;
  readonly show: (amount: number) => string;
  readonly showLimit?: (limit: number) => string;
  readonly unknown: string;
}

/** What is known already may be too much; only below the limit does an unknown part leave it open. */
function judgeSum(
  calls: readonly ModelCall[],
  { limit, amountOf, show, showLimit = String, unknown }: Budget,
): Finding {
  if (calls.length === 0) return undecided("No model call was recorded.");
  const amounts = calls.map((call) => ({ seq: call.seq, amount: amountOf(call) }));
  const known = amounts.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  const seqs = amounts.map(({ seq }) => seq);
  if (known > limit) return fail(`Its model calls ${show(known)}, and the limit is ${showLimit(limit)}.`, seqs);
  const open = amounts.filter(({ amount }) => amount === null).map(({ seq }) => seq);
  if (open.length > 0)
    return undecided(`For ${open.length} of ${calls.length} model calls ${unknown} is unknown.`, open);
  return pass(`Its model calls ${show(known)}.`, seqs);
}

function sumTokens(returned: RunEvent<"model.returned"> | undefined, of: "input" | "output" | "all"): number | null {
  const { inputTokens, outputTokens } = returned?.usage ?? {};
  if (of === "input") return inputTokens ?? null;
  if (of === "output") return outputTokens ?? null;
  return inputTokens === undefined || outputTokens === undefined ? null : inputTokens + outputTokens;
}
