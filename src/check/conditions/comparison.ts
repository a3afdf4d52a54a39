import { z } from "zod";
import { equalJson, isJsonObject, type Json } from "../../kernel/index.ts";
import { showValue } from "../show-value.ts";
import { regularExpression } from "../text-schemas.ts";

/** Any JSON value. */
export const jsonValue = z.json().meta({ title: "any JSON value" });

/** What may be demanded of one value. */
export const comparisonShape = {
  equals: jsonValue.optional().describe("the very value, objects key by key"),
  notEquals: jsonValue.optional().describe("any other value"),
  greaterThan: z.number().optional(),
  atLeast: z.number().optional(),
  lessThan: z.number().optional(),
  atMost: z.number().optional(),
  contains: jsonValue.optional().describe("a part of a text, an element of a list, or a key of an object"),
  matches: regularExpression.optional().describe("for texts"),
  exists: z.boolean().optional().describe("whether there is a value at all"),
};

const comparisonObject = z.strictObject(comparisonShape);
export type Comparison = z.output<typeof comparisonObject>;

type Word = keyof typeof comparisonShape;
export const COMPARISON_WORDS = Object.keys(comparisonShape) as readonly Word[];

/** Only the comparing words of a wider options object. */
export function pickComparison(options: Comparison): Comparison {
  return Object.fromEntries(
    COMPARISON_WORDS.filter((word) => options[word] !== undefined).map((word) => [word, options[word]]),
  );
}

/** @returns null where the value is of a kind that cannot be compared so, e.g. a word with "> 100" */
export function compare(value: Json | undefined, comparison: Comparison): boolean | null {
  const answers = COMPARISON_WORDS.filter((word) => comparison[word] !== undefined).map((word) =>
    compareBy(word, value, comparison),
  );
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

export function explainComparison(comparison: Comparison): string {
  return COMPARISON_WORDS.filter((word) => comparison[word] !== undefined)
    .map((word) => explainBy(word, comparison))
    .join(" and ");
}

function compareBy(word: Word, value: Json | undefined, comparison: Comparison): boolean | null {
  const wanted = comparison[word];
  switch (word) {
    case "equals":
      return value !== undefined && equalJson(value, wanted as Json);
    case "notEquals":
      return value === undefined || !equalJson(value, wanted as Json);
    case "exists":
      return (value !== undefined) === wanted;
    case "contains":
      return contains(value, wanted as Json);
    case "matches":
      return typeof value === "string" ? (wanted as RegExp).test(value) : null;
    default:
      return compareNumbers(word, numberIn(value), wanted as number);
  }
}

function compareNumbers(word: Word, value: number | null, bound: number): boolean | null {
  if (value === null) return null;
  if (word === "greaterThan") return value > bound;
  if (word === "atLeast") return value >= bound;
  return word === "lessThan" ? value < bound : value <= bound;
}

/** Models write numbers as text often enough that "250" must not slip past "> 100". */
function numberIn(value: Json | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(
    value
      .trim()
      .replace(/^\$/, "")
      .replaceAll(/,(?=\d{3}\b)/g, ""),
  );
  return Number.isFinite(number) ? number : null;
}

function contains(value: Json | undefined, wanted: Json): boolean | null {
  if (typeof value === "string") return typeof wanted === "string" && value.includes(wanted);
  if (Array.isArray(value)) return value.some((element) => equalJson(element as Json, wanted));
  if (isJsonObject(value)) return typeof wanted === "string" && Object.hasOwn(value, wanted);
  return null;
}

const WORDS: Readonly<Record<Word, string>> = {
  equals: "is",
  notEquals: "is not",
  greaterThan: "is greater than",
  atLeast: "is at least",
  lessThan: "is less than",
  atMost: "is at most",
  contains: "contains",
  matches: "matches",
  exists: "exists",
};

function explainBy(word: Word, comparison: Comparison): string {
  if (word === "exists") return comparison.exists === true ? "exists" : "does not exist";
  const wanted = comparison[word];
  return `${WORDS[word]} ${wanted instanceof RegExp ? String(wanted) : showValue(wanted as Json)}`;
}
