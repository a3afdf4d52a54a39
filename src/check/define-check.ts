import type { z } from "zod";
import type { VerdictOutcome } from "../domain/index.ts";
import type { FinishedRun } from "./check.ts";

/** What a check found, before the room adds name, witness and score. */
export interface Finding {
  readonly outcome: VerdictOutcome;
  /** In [0, 1]; 1 for a pass and 0 for a failure unless told. */
  readonly score?: number;
  readonly explanation: string;
  /** Sequence numbers of the events it rests on. */
  readonly evidence: readonly number[];
}

/** A check with its options filled in. */
export interface Demand {
  /** What tells it from other checks of the same kind: a tool, a path. */
  readonly label?: string;
  /** One plain sentence naming what it demands. */
  readonly explain: string;
  judge(run: FinishedRun): Finding | Promise<Finding>;
}

/** One kind of check: an entry of the catalogue. */
export interface CheckDefinition<Options extends z.ZodType = z.ZodType> {
  /** The key of its spec. */
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  /** The option meant when a spec gives a bare value, e.g. `retriesAtMost: 3`. */
  readonly shorthand?: string;
  /** Options as a person would write them; null where YAML cannot say it. */
  readonly example: unknown;
  /** How a TypeScript suite says it, where that is not the obvious call. */
  readonly typescript?: string;
  /** Takes parsed options only. */
  compile(options: unknown): Demand;
}

/** Ties the options' schema to the function that reads them. */
export function defineCheck<Options extends z.ZodType>(
  definition: Omit<CheckDefinition<Options>, "compile"> & { compile(options: z.output<Options>): Demand },
): CheckDefinition<Options> {
  return { ...definition, compile: (options) => definition.compile(options as z.output<Options>) };
}

export function pass(explanation: string, evidence: readonly number[] = []): Finding {
  return { outcome: "pass", explanation, evidence };
}

export function fail(explanation: string, evidence: readonly number[] = [], score = 0): Finding {
  return { outcome: "fail", explanation, evidence, score };
}

/** What the check needs was not recorded: neither a pass nor the agent's failure. */
export function undecided(explanation: string, evidence: readonly number[] = []): Finding {
  return { outcome: "void", explanation, evidence };
}
