import { sumMicroUsd, type Verdict, weakestWitness } from "../domain/index.ts";
import { costOf, type LanguageModel, type PriceTable } from "../model/index.ts";
import type { JudgeIdentity, JudgePass, JudgeReport, ScoreSpread } from "./judge.ts";
import type { PassOutcome } from "./run-judge-pass.ts";
import type { Transcript } from "./transcript.ts";
import { verifyQuotes } from "./verify-quotes.ts";

interface ReportContext {
  readonly identity: JudgeIdentity;
  readonly name: string;
  readonly gates: boolean;
  readonly transcript: Transcript;
  readonly model: LanguageModel;
  readonly prices: PriceTable | undefined;
}

/** What the passes come to. */
export function reportJudgement(outcomes: readonly PassOutcome[], context: ReportContext): JudgeReport {
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
  const witness = weakestWitness(transcript.lines.filter(({ seq }) => evidence.includes(seq)));
  const verdict = { name, source: "judge" as const, evidence, witness, gates };
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
