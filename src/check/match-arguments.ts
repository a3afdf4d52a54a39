import { z } from "zod";
import { isJsonObject, type Json, valueAtPath } from "../kernel/index.ts";
import { compare, COMPARISON_WORDS, comparisonShape } from "./conditions/comparison.ts";
import { showValue } from "./show-value.ts";

const comparison = z.strictObject(comparisonShape);
const comparingWords: readonly string[] = COMPARISON_WORDS;

/** A question about a call's arguments. */
export interface ArgumentPattern {
  readonly text: string;
  matches(given: Json): boolean;
}

export type ArgumentPatternInput = Readonly<Record<string, unknown>> | ((given: Json) => boolean);

/**
 * `{ orderId: "W1", amount: { atMost: 50 }, address: { city: "Bonn" } }`: every named argument fits, others are free. A
 * key may be a dotted path. An object made only of comparing words compares; any other object is looked into.
 */
export const argumentPattern: z.ZodType<ArgumentPattern, ArgumentPatternInput> = z
  .custom<ArgumentPatternInput>((given) => typeof given === "function" || isJsonObject(given), {
    error: "expected an object of arguments, or a function",
  })
  .transform((given, context) => {
    if (typeof given === "function") return { text: given.name || "a function", matches: given };
    try {
      const matches = compileObject(given);
      return { text: showValue(given as Json), matches };
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
      return z.NEVER;
    }
  })
  .meta({ title: "arguments, each a value or a comparison" });

type Test = (given: Json | undefined) => boolean;

function compileObject(pattern: Readonly<Record<string, unknown>>): Test {
  const tests = Object.entries(pattern).map(([key, wanted]): Test => {
    const test = compileMember(wanted);
    return (given) => test(isJsonObject(given) && Object.hasOwn(given, key) ? given[key] : valueAtPath(given, key));
  });
  return (given) => isJsonObject(given) && tests.every((test) => test(given));
}

function compileMember(wanted: unknown): Test {
  const keys = isJsonObject(wanted) ? Object.keys(wanted) : [];
  if (keys.length > 0 && keys.every((key) => comparingWords.includes(key))) {
    const parsed = comparison.parse(wanted);
    return (given) => compare(given, parsed) === true;
  }
  if (isJsonObject(wanted) && keys.length > 0) return compileObject(wanted);
  return (given) => compare(given, { equals: wanted as z.core.util.JSONType }) === true;
}
