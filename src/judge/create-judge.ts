import { createHash } from "node:crypto";
import { AegisError, canonicalJson, LIMITS, seedFromText, toJson } from "../kernel/index.ts";
import type { LanguageModel, PriceTable } from "../model/index.ts";
import { type Calibration, isGating } from "./calibration.ts";
import type { Judge, JudgeIdentity } from "./judge.ts";
import { judgePrompt, PROMPT_VERSION } from "./judge-prompt.ts";
import { readTranscript } from "./read-transcript.ts";
import { reportJudgement } from "./report-judgement.ts";
import { runJudgePass } from "./run-judge-pass.ts";

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
      const count = clampPasses(input.passes ?? passes);
      const context = { identity, name, gates, model, prices: options.prices };
      try {
        const transcript = readTranscript(input.conversation);
        const messages = judgePrompt({ rubric, transcript, expected: input.expected, metadata: input.metadata });
        const seed = seedFromText(identity.id + canonicalJson(toJson(messages)));
        const ask = (_: unknown, index: number) =>
          // Each pass has a seed of its own: one answer given three times would only look like certainty.
          runJudgePass(model, { messages, seed: (seed + index) >>> 0, timeoutMs, signal: input.signal });
        return reportJudgement(await Promise.all(Array.from({ length: count }, ask)), { ...context, transcript });
      } catch {
        // Imported logs may hold anything: what cannot be read cannot be judged, and stops nothing else.
        const outcome = { usage: {}, why: "crash" as const, reason: "The conversation could not be read" };
        return reportJudgement([outcome], { ...context, transcript: { lines: [], isCut: false } });
      }
    },
  };
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
