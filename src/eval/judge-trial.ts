import { AegisError, type Json, toJson } from "../kernel/index.ts";
import type { CheckSpec, EvalCase, RunEvent, Verdict } from "../domain/index.ts";
import type { Check, FinishedRun } from "../check/index.ts";
import type { Scorer } from "./define/define-suite.ts";

/** A judge ready to look at a finished run; it never throws, a failure of its own is a void verdict. */
export interface TrialJudge {
  readonly name: string;
  /** Changes with the rubric and the model. */
  readonly id: string;
  judge(run: FinishedRun): Promise<Verdict>;
}

/** Makes a judge from `{ judge: { rubric, min, passes } }`; the path is relative to `file`. */
export type MakeJudge = (spec: CheckSpec, file: string) => Promise<TrialJudge>;

/** What decides over the trials of one case, compiled once. */
export interface CaseJudges {
  readonly checks: readonly Check[];
  readonly judges: readonly TrialJudge[];
  readonly scorers: readonly Scorer[];
  readonly scoreMin: number;
}

export async function compileCaseJudges(options: {
  readonly specs: readonly CheckSpec[];
  readonly file: string;
  readonly scorers: readonly Scorer[];
  readonly scoreMin: number;
  readonly makeJudge: MakeJudge;
}): Promise<CaseJudges> {
  const isJudge = (spec: CheckSpec) => "judge" in spec;
  const { scorers, scoreMin } = options;
  const checkSpecs = options.specs.filter((spec) => !isJudge(spec));
  return {
    checks: await compileChecks(checkSpecs, options.file),
    judges: await Promise.all(options.specs.filter(isJudge).map((spec) => options.makeJudge(spec, options.file))),
    scorers,
    scoreMin,
  };
}

/** The catalogue of checks is loaded only for a suite that has some. */
async function compileChecks(specs: readonly CheckSpec[], file: string): Promise<Check[]> {
  if (specs.length === 0) return [];
  const { compileCheck } = await import("../check/index.ts");
  return specs.map((spec) => compileCheck(spec, file));
}

/** All verdicts over one finished run: did it finish, the checks, then the scorers, then the judges. */
export async function judgeTrial(judges: CaseJudges, run: FinishedRun, evalCase: EvalCase): Promise<Verdict[]> {
  const verdicts = [finishedVerdict(run.events)];
  for (const check of judges.checks) verdicts.push(await checkVerdict(check, run));
  for (const [index, scorer] of judges.scorers.entries()) {
    verdicts.push(await scorerVerdict({ scorer, index, run, evalCase, scoreMin: judges.scoreMin }));
  }
  verdicts.push(...(await Promise.all(judges.judges.map((judge) => judge.judge(run)))));
  return distinctNames(verdicts);
}

/** A trial passes when every verdict that gates and could be reached passes. */
export function isPassing(verdicts: readonly Verdict[]): boolean {
  return verdicts.every((verdict) => !verdict.gates || verdict.outcome !== "fail");
}

export function meanScore(verdicts: readonly Verdict[]): number {
  const scores = verdicts.flatMap((verdict) => (verdict.gates && verdict.score !== null ? [verdict.score] : []));
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function finishedVerdict(events: readonly RunEvent[]): Verdict {
  const end = events.findLast((event) => event.type === "run.ended");
  const isPass = end?.outcome === "answered";
  return {
    name: "agent finished",
    source: "run",
    outcome: isPass ? "pass" : "fail",
    score: isPass ? 1 : 0,
    explanation: isPass ? "The agent answered every turn." : endText(end),
    evidence: end ? [end.seq] : [],
    witness: end?.witness ?? null,
    gates: true,
  };
}

function endText(end: RunEvent<"run.ended"> | undefined): string {
  if (!end) return "The log has no end.";
  const seconds = (end.durationMs / 1000).toFixed(1);
  const how = {
    answered: "answered",
    failed: "threw an error",
    timeout: `did not answer within its time (${seconds} s)`,
    exited: "ended its own process",
    cancelled: "was cancelled",
  }[end.outcome];
  const where = end.error?.where === undefined ? "" : ` (${end.error.where})`;
  return `The agent ${how}${end.error ? `: ${end.error.message}${where}` : "."}`;
}

async function checkVerdict(check: Check, run: FinishedRun): Promise<Verdict> {
  try {
    return await check.judge(run);
  } catch (error) {
    return voidVerdict(check.name, "check", `The check itself failed: ${(error as Error).message}`);
  }
}

async function scorerVerdict(options: {
  readonly scorer: Scorer;
  readonly index: number;
  readonly run: FinishedRun;
  readonly evalCase: EvalCase;
  readonly scoreMin: number;
}): Promise<Verdict> {
  const { scorer, run, evalCase } = options;
  const fallbackName = scorer.name || `scorer ${options.index + 1}`;
  try {
    const answer = run.events.findLast((event) => event.type === "message.sent");
    const turn = evalCase.input.at(-1);
    const input: Json =
      turn === undefined ? null : "data" in turn ? turn.data : "user" in turn ? turn.user : turn.system;
    const { expected, metadata } = evalCase;
    const result = await scorer({ input, output: answer?.data ?? answer?.content ?? "", expected, metadata });
    const told: ScoreTold = typeof result === "object" && result !== null ? result : { score: result };
    const name = told.name ?? fallbackName;
    if (told.score === null) return voidVerdict(name, "scorer", "The scorer gave no score.");
    const score = Number(told.score);
    if (!(score >= 0 && score <= 1))
      throw new AegisError("check.bad_spec", `a score must lie in [0, 1], got ${String(told.score)}`);
    return {
      name,
      source: "scorer",
      outcome: score >= options.scoreMin ? "pass" : "fail",
      score,
      explanation:
        told.metadata === undefined ? `Scored ${score}.` : JSON.stringify(toJson(told.metadata)).slice(0, 500),
      evidence: answer ? [answer.seq] : [],
      witness: answer?.witness ?? null,
      gates: true,
    };
  } catch (error) {
    return voidVerdict(fallbackName, "scorer", `The scorer itself failed: ${(error as Error).message}`);
  }
}

interface ScoreTold {
  readonly score: number | boolean | null;
  readonly name?: string;
  readonly metadata?: unknown;
}

function voidVerdict(name: string, source: Verdict["source"], explanation: string): Verdict {
  return { name, source, outcome: "void", score: null, explanation, evidence: [], witness: null, gates: true };
}

/** Two checks of the same name (a tool's limit given twice) stay apart in comparisons. */
function distinctNames(verdicts: readonly Verdict[]): Verdict[] {
  const seen = new Map<string, number>();
  return verdicts.map((verdict) => {
    const count = (seen.get(verdict.name) ?? 0) + 1;
    seen.set(verdict.name, count);
    return count === 1 ? verdict : { ...verdict, name: `${verdict.name} #${count}` };
  });
}

/** A finished trial as checks read it. */
export function finishedRun(evalCase: EvalCase, events: readonly RunEvent[], state: FinishedRun["state"]): FinishedRun {
  const { id, user, metadata, expected } = evalCase;
  return { events, state, caseId: id, user, metadata, ...(expected !== undefined && { expected: expected as Json }) };
}
