import { AegisError, LIMITS } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";
import { type Condition, conditionNamed } from "../../world/conditions/index.ts";
import type { LoadedSuite } from "../loaded-suite.ts";
import { readStressId, stressId, type StressPlace } from "./stress-id.ts";
import type { StressCondition } from "./stress-schema.ts";

export interface StressPlan {
  /** The suite with its cases as they were written, and each of them under each condition; checks as they were. */
  readonly suite: LoadedSuite;
  /** Cases that gave a condition nothing to work on. */
  readonly leftOut: readonly { readonly caseId: string; readonly condition: string; readonly because: string }[];
}

/**
 * Puts every case of a suite under every condition, and keeps it undisturbed too, for the comparison.
 *
 * @param request.seed the same seed gives the same cases
 * @throws {AegisError} "condition.unknown", "condition.bad_parameters"; "suite.no_cases" where no case fits any condition
 */
export function planStress({
  suite,
  conditions,
  seed,
}: {
  readonly suite: LoadedSuite;
  readonly conditions: readonly StressCondition[];
  readonly seed: number;
}): StressPlan {
  const steps = conditions.flatMap(stepsOf);
  assertDistinct(steps, suite.cases);
  const leftOut: { caseId: string; condition: string; because: string }[] = [];
  const stressed = suite.cases.flatMap((evalCase) =>
    steps.flatMap((step): EvalCase[] => {
      try {
        return [stress(evalCase, step, seed)];
      } catch (error) {
        if (!(error instanceof AegisError) || error.code !== "condition.not_applicable") throw error;
        leftOut.push({ caseId: evalCase.id, condition: nameOf(step.place), because: error.message });
        return [];
      }
    }),
  );
  const [reason] = leftOut;
  if (stressed.length === 0) {
    throw new AegisError(
      "suite.no_cases",
      `no case of ${suite.name} fits the conditions${reason ? `: ${reason.because}` : ""}`,
    );
  }
  const cases = [...suite.cases, ...stressed];
  if (cases.length > LIMITS.casesMax) {
    throw new AegisError(
      "condition.bad_parameters",
      `${cases.length} cases are more than ${LIMITS.casesMax}: ask for fewer conditions or levels`,
    );
  }
  return { suite: { ...suite, cases }, leftOut };
}

interface Step {
  readonly condition: Condition;
  readonly parameters: object;
  readonly place: StressPlace;
}

function stepsOf({ name, parameters = {}, levels, label }: StressCondition): Step[] {
  const condition = conditionNamed(name);
  const place = { condition: name, label: label ?? null };
  if (!levels) return [{ condition, parameters, place: { ...place, level: null } }];
  const { strength } = condition;
  if (!strength) {
    throw new AegisError(
      "condition.bad_parameters",
      `condition ${name} has no levels: nothing says how much of it there is`,
      {
        details: { condition: name },
      },
    );
  }
  return [...new Set(levels)]
    .toSorted((left, right) => left - right)
    .map((level) => ({
      condition,
      parameters: { ...parameters, [strength.parameter]: level },
      place: { ...place, level },
    }));
}

function stress(evalCase: EvalCase, { condition, parameters, place }: Step, seed: number): EvalCase {
  const changed = condition.apply(evalCase, parameters, seed);
  return {
    ...changed,
    id: stressId({ baseId: evalCase.id, ...place }),
    tags: [...new Set([...changed.tags, "stress", condition.name])],
  };
}

/** Results are read by their cases' ids: each must say one thing only. */
function assertDistinct(steps: readonly Step[], cases: readonly EvalCase[]): void {
  const names = steps.map(({ place }) => nameOf(place));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new AegisError("condition.bad_parameters", `${twice} is asked for twice: give one of them a \`label\``);
  }
  const taken = cases.find(({ id }) => readStressId(id) !== null);
  if (taken) {
    throw new AegisError(
      "condition.bad_parameters",
      `case ${taken.id} has the id of a case under a condition: rename it`,
    );
  }
}

function nameOf(place: StressPlace): string {
  return stressId({ baseId: "", ...place }).slice(1);
}
