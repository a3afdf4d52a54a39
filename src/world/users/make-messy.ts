import { AegisError, seededRandom, seedFromText, suggestName } from "../../kernel/index.ts";
import { CONTENT_OPERATORS } from "./content-operators.ts";
import type { MessyOperator } from "./messy-operator.ts";
import { MESSY_OPERATOR_NAMES, type MessyStyle } from "./spec/index.ts";
import { WORDING_OPERATORS } from "./wording-operators.ts";

/** In the order in which they are best applied: first what is said, then how. */
export const MESSY_OPERATORS: readonly MessyOperator[] = [...CONTENT_OPERATORS, ...WORDING_OPERATORS];

/**
 * What somebody wrote, as a messy user would have written it. Each operator draws from its own numbers: one more of them
 * does not change what the others do. Same text, style and seed: same result.
 *
 * @param style.strength in [0, 1]; 0 returns the text itself
 * @throws {AegisError} "user.bad_style" for an operator that does not exist
 */
export function makeMessy(text: string, { operators, strength }: MessyStyle, seed: number): string {
  if (strength === 0) return text;
  return operators.reduce((said, name, index) => {
    const random = seededRandom(
      seedFromText(`${seed} ${name} ${operators.slice(0, index).filter((each) => each === name).length}`),
    );
    return operatorNamed(name).apply(said, { random, strength });
  }, text);
}

function operatorNamed(name: string): MessyOperator {
  const operator = MESSY_OPERATORS.find((each) => each.name === name);
  if (operator) return operator;
  throw new AegisError(
    "user.bad_style",
    `there is no messy operator ${name}${suggestName(name, MESSY_OPERATOR_NAMES)}`,
    {
      details: { operator: name },
    },
  );
}
