import { createHash } from "node:crypto";
import { sumMicroUsd, type Verdict, type Witness } from "../domain/index.ts";
import { AegisError, canonicalJson, LIMITS, seedFromText } from "../kernel/index.ts";
import { costOf, type LanguageModel, type PriceTable } from "../model/index.ts";
import { type Calibration, isGating } from "./calibration.ts";
import type { Judge, JudgeIdentity, JudgePass, JudgeReport, ScoreSpread } from "./judge.ts";
import { judgePrompt, PROMPT_VERSION } from "./judge-prompt.ts";
import { type PassOutcome, runJudgePass } from "./run-judge-pass.ts";
import { readTranscript } from "./read-transcript.ts";
import type { Transcript } from "./transcript.ts";
import { verifyQuotes } from "./verify-quotes.ts";

export interface JudgeOptions {
  /** A question and what counts as a good answer, as plain text or Markdown. */
  readonly rubric: string;
  readonly model: LanguageModel;
  readonly name: string;
  /** How often the model is asked; the score is the mean. */
  readonly passes?: number;
  /** In (0, 1]. */
  readonly min?: number;
  /** For one pass. */
  readonly timeoutMs?: number;
  readonly prices?: PriceTable;
  /** What people's labels said about judges; without a fitting one this judge reports but does not gate. */
  readonly calibrations?: readonly Calibration[];
}

/** @throws {AegisError} "check.bad_spec" for an empty rubric or numbers out of range */
export function createJudge(options: JudgeOptions): Judge {
  const { rubric, model, name, passes = 3, min = 0.7, timeoutMs = 60_000 } = options;
  assertPasses(passes);
  if (rubric.trim() === "" || !(min > 0 && min <= 1) || !(timeoutMs > 0)) {
    throw new AegisError("check.bad_spec", `Judge ${name} needs a rubric, a min in (0, 1] and a timeout above 0`);
  }
  const modelId = model.id.startsWith(`${model.provider}/`) ? model.id : `${model.provider}/${model.id}`;
  const identity: JudgeIdentity = {
    id: sha256(canonicalJson([rubric, modelId, PROMPT_VERSION])).slice(0, 16),
    model: modelId,
    rubricHash: sha256(rubric).slice(0, 16),
    min,
    passes,
  };
  const gates = isGating(identity, options.calibrations ?? []);
  return {
    ...identity,
    name,
    async evaluate(input) {
      const transcript = readTranscript(input.conversation);
      const messages = judgePrompt({ rubric, transcript, expected: input.expected, metadata: input.metadata });
      const seed = seedFromText(identity.id + canonicalJson(messages.map((message) => ({ ...message }))));
      const count = clampPasses(input.passes ?? passes);
      const outcomes = await Promise.all(
        // Each pass has a seed of its own: the same answer three times over would only look like certainty.
        Array.from({ length: count }, (_, index) =>
          runJudgePass(model, { messages, seed: (seed + index) >>> 0, timeoutMs, signal: input.signal }),
        ),
      );
      return report(outcomes, { identity, name, gates, transcript, model, prices: options.prices });
    },
  };
}

interface ReportContext {
  readonly identity: JudgeIdentity;
  readonly name: string;
  readonly gates: boolean;
  readonly transcript: Transcript;
  readonly model: LanguageModel;
  readonly prices: PriceTable | undefined;
}

function report(outcomes: readonly PassOutcome[], context: ReportContext): JudgeReport {
  const { identity, transcript, model, prices } = context;
  let unverifiedQuoteCount = 0;
  const passes = outcomes.map((outcome): JudgePass => {
    if ("why" in outcome) return { kind: "void", why: outcome.why, reason: outcome.reason };
    const { score, reason, quotes } = outcome.judgement;
    const { verified, unverifiedCount } = verifyQuotes(quotes, transcript);
    unverifiedQuoteCount += unverifiedCount;
    return { kind: "scored", score, reason, quotes: verified };
  });
  const quotes = passes.flatMap((pass) => (pass.kind === "scored" ? pass.quotes : []));
  const distinct = new Map(quotes.map((quote) => [`${quote.seq} ${quote.text}`, quote]));
  const costs = outcomes.map(({ usage }) =>
    costOf({ model: model.id, usage: usage ?? undefined, ...(prices && { prices }) }),
  );
  return {
    judgeId: identity.id,
    verdict: verdictOf(passes, context),
    spread: spreadOf(passes),
    passes,
    quotes: [...distinct.values()],
    unverifiedQuoteCount,
    isTranscriptCut: transcript.isCut,
    costMicroUsd: sumMicroUsd(costs),
  };
}

function verdictOf(passes: readonly JudgePass[], { identity, name, gates, transcript }: ReportContext): Verdict {
  const scored = passes.filter((pass) => pass.kind === "scored");
  const evidence = [...new Set(scored.flatMap((pass) => pass.quotes.map(({ seq }) => seq)))].sort((a, b) => a - b);
  const spread = spreadOf(passes);
  const verdict = { name, source: "judge" as const, evidence, witness: weakestWitness(evidence, transcript), gates };
  if (!spread || scored.length < passes.length / 2) {
    const firstVoid = passes.find((pass) => pass.kind === "void");
    const explanation = `Only ${scored.length} of ${passes.length} passes gave a score: ${firstVoid?.reason ?? "no pass ran"}`;
    return { ...verdict, outcome: "void", score: null, explanation };
  }
  const isPass = spread.mean >= identity.min;
  const typical = scored.toSorted((a, b) => Math.abs(a.score - spread.mean) - Math.abs(b.score - spread.mean))[0];
  const numbers = `${spread.mean.toFixed(2)} of at least ${identity.min.toFixed(2)} over ${scored.length} of ${passes.length} passes`;
  return {
    ...verdict,
    outcome: isPass ? "pass" : "fail",
    score: spread.mean,
    explanation: `${numbers}: ${typical?.reason ?? ""}`,
  };
}

function spreadOf(passes: readonly JudgePass[]): ScoreSpread | null {
  const scores = passes.flatMap((pass) => (pass.kind === "scored" ? [pass.score] : []));
  if (scores.length === 0) return null;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const sd = scores.length === 1 ? null : Math.sqrt(squares / (scores.length - 1));
  return { mean, sd, min: Math.min(...scores), max: Math.max(...scores) };
}

/** Weakest first: what the agent says of itself is the least. */
const WITNESSES: readonly Witness[] = ["agent", "person", "runtime", "edge"];

function weakestWitness(evidence: readonly number[], transcript: Transcript): Witness | null {
  const seen = transcript.lines.filter(({ seq }) => evidence.includes(seq)).map(({ witness }) => witness);
  return WITNESSES.find((witness) => seen.includes(witness)) ?? null;
}

function assertPasses(passes: number): void {
  if (!Number.isInteger(passes) || passes < 1 || passes > LIMITS.judgePassesMax) {
    throw new AegisError("check.bad_spec", `A judge makes 1 to ${LIMITS.judgePassesMax} passes, not ${passes}`);
  }
}

function clampPasses(passes: number): number {
  return Math.min(LIMITS.judgePassesMax, Math.max(1, Math.floor(passes) || 1));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
