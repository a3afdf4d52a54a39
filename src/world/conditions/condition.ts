import { z } from "zod";
import { AegisError, explainIssues, type Random, seededRandom, seedFromText } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";

/** A seeded change of a case that production would make. */
export interface Condition {
  readonly name: string;
  readonly sentence: string;
  /** What of production it stands for. */
  readonly standsFor: string;
  readonly schema: z.ZodObject;
  /** The parameter that says how much of it there is: raised step by step, it shows where an agent begins to fail. */
  readonly strength?: StrengthParameter;
  /** Same case, parameters and seed: same result. */
  apply(evalCase: EvalCase, parameters: unknown, seed: number): EvalCase;
}

export interface StrengthParameter {
  readonly parameter: string;
  /** Left out where it is a share of the most there can be, in [0, 1]. */
  readonly unit?: string;
}

export interface ConditionRequest<Parameters> {
  readonly evalCase: EvalCase;
  readonly parameters: Parameters;
  /** Does not depend on the parameters: a stronger condition begins with the draws of a weaker one. */
  readonly random: Random;
  readonly seed: number;
}

export function defineCondition<Schema extends z.ZodObject>(
  definition: Pick<Condition, "name" | "sentence" | "standsFor"> & {
    readonly schema: Schema;
    readonly strength?: { readonly parameter: keyof z.output<Schema> & string; readonly unit?: string };
    readonly change: (request: ConditionRequest<z.output<Schema>>) => EvalCase;
  },
): Condition {
  const { change, ...rest } = definition;
  return {
    ...rest,
    apply(evalCase, given, seed) {
      const parameters = parse(definition, given);
      const ownSeed = seedFromText(JSON.stringify([seed, definition.name, evalCase.id]));
      return change({ evalCase, parameters, random: seededRandom(ownSeed), seed: ownSeed });
    },
  };
}

function parse<Schema extends z.ZodObject>(
  { name, schema }: { readonly name: string; readonly schema: Schema },
  given: unknown,
): z.output<Schema> {
  const value = given ?? {};
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { text, path } = explainIssues({ schema, value, issues: parsed.error.issues });
  throw new AegisError("condition.bad_parameters", `condition ${name}: ${text}`, {
    details: { condition: name, path: path.join(".") },
  });
}

/** This case gives the condition nothing to work on: it is left out, and the reason is told. */
export function notApplicable(evalCase: EvalCase, name: string, because: string): AegisError {
  return new AegisError("condition.not_applicable", `${name} does not fit case ${evalCase.id}: ${because}`, {
    details: { condition: name, caseId: evalCase.id },
  });
}

/** A recorded model answers what it answered then, whatever it is asked now. */
export function assertLiveModel(evalCase: EvalCase, name: string): void {
  if (evalCase.world.modelReplay) throw notApplicable(evalCase, name, "its model's answers are a recording");
}
