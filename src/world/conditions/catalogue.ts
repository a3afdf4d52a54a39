import { AegisError, suggestName } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";
import { competingInstructions } from "./competing-instructions.ts";
import type { Condition } from "./condition.ts";
import { conflictingDocuments } from "./conflicting-documents.ts";
import { largeToolResults } from "./large-tool-results.ts";
import { longConversation } from "./long-conversation.ts";
import { malformedInput } from "./malformed-input.ts";
import { messyUser } from "./messy-user.ts";
import { outdatedDocuments } from "./outdated-documents.ts";
import { permissions } from "./permissions.ts";
import { staleMemory } from "./stale-memory.ts";

/** Every condition a case can be put under. */
export const CONDITIONS: readonly Condition[] = [
  longConversation,
  largeToolResults,
  competingInstructions,
  malformedInput,
  messyUser,
  staleMemory,
  outdatedDocuments,
  conflictingDocuments,
  permissions,
];

/** @throws {AegisError} "condition.unknown" */
export function conditionNamed(name: string): Condition {
  const condition = CONDITIONS.find((each) => each.name === name);
  if (condition) return condition;
  const names = CONDITIONS.map((each) => each.name);
  throw new AegisError("condition.unknown", `there is no condition ${name}${suggestName(name, names)}`, {
    details: { condition: name },
  });
}

/**
 * A case as production would make it. Pure: the same case, parameters and seed give the same case; checks stay.
 *
 * @throws {AegisError} "condition.unknown", "condition.bad_parameters", or "condition.not_applicable" where the case
 *   gives the condition nothing to work on
 */
export function applyCondition(name: string, parameters: unknown, evalCase: EvalCase, seed: number): EvalCase {
  return conditionNamed(name).apply(evalCase, parameters, seed);
}
