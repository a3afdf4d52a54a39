import type { SimulatedUserSpec } from "./spec/index.ts";

/** Something the user knows, and tells when it is asked for. */
export interface HiddenFact {
  readonly name: string;
  readonly value: string | number | boolean;
  /** Template of how it is told. */
  readonly say: string;
  /** Whether the author said what asking for it looks like. */
  readonly hasPattern: boolean;
  isAskedBy(text: string): boolean;
}

export function hiddenFactsOf({ hiddenFacts }: Pick<SimulatedUserSpec, "hiddenFacts">): HiddenFact[] {
  return Object.entries(hiddenFacts).map(([name, given]) => {
    const { value, asked, say } = typeof given === "object" ? given : { value: given };
    const words = wordsOf(name);
    const expression = asked === undefined ? undefined : new RegExp(asked, "isu");
    const parts = words.map(patternOf);
    return {
      name,
      value,
      say: say ?? `My ${words.join(" ")} is {{${name}}}.`,
      hasPattern: expression !== undefined,
      isAskedBy: (text) =>
        expression ? expression.test(text) : asksSomething(text) && parts.every((part) => part.test(text)),
    };
  });
}

/** A question, or a request in other words. English; `asked` says it for other languages. */
export function asksSomething(text: string): boolean {
  return /\?|？|\b(?:please|provide|share|send|enter|need|require|tell me|let me know|confirm|what is|which)\b/i.test(
    text,
  );
}

/** `orderId`, `order_id` and `order-id` are "order id". */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .split(/[\s_-]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== "");
}

/** What agents call the same thing. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["id", "ids", "identifier", "number", "no\\.", "nr", "code", "reference"],
  ["email", "e-mail", "mail"],
  ["zip", "zip code", "zipcode", "postal code", "postcode"],
  ["phone", "telephone", "mobile"],
  ["reason", "why"],
  ["date", "when", "day"],
  ["reservation", "booking"],
  ["address", "where"],
];

function patternOf(word: string): RegExp {
  const names = SYNONYMS.find((each) => each.includes(word)) ?? [word];
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${names.join("|")})(?:s|es)?(?![\\p{L}\\p{N}])`, "iu");
}
