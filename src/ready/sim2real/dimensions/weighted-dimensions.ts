import { AegisError } from "../../../kernel/index.ts";
import { DIMENSIONS } from "./catalogue.ts";
import type { Dimension } from "./dimension.ts";

/**
 * The catalogue with these weights instead of its own.
 * @throws {AegisError} "ready.bad_weight"
 */
export function weightedDimensions(weights: Readonly<Record<string, number>>): Dimension[] {
  for (const [name, weight] of Object.entries(weights)) {
    if (!DIMENSIONS.some((dimension) => dimension.name === name)) {
      const names = DIMENSIONS.map((dimension) => dimension.name).join(", ");
      throw new AegisError("ready.bad_weight", `there is no dimension ${JSON.stringify(name)}; there are ${names}`);
    }
    if (!(weight >= 0 && weight < Infinity)) {
      throw new AegisError("ready.bad_weight", `the weight of ${name} must be 0 or more, not ${weight}`);
    }
  }
  return DIMENSIONS.map((dimension) => ({ ...dimension, weight: weights[dimension.name] ?? dimension.weight }));
}
