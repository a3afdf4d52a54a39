import type { Json } from "../../kernel/index.ts";
import { type Comparison, comparisonShape } from "./comparison.ts";
import { allOf, type Condition, notOf, someOf } from "./condition.ts";
import { scanText, type Scanner } from "./scan-text.ts";
import { approval, argumentIs, stateHas, toolHappened, toolReturned, userHas } from "./simple-conditions.ts";

/** Shown wherever a condition cannot be read. */
export const CONDITION_GRAMMAR = `A condition is one of
  approval
  tool NAME called | not called | failed | succeeded [once | twice | N times]   (at least so often)
  tool NAME returned PATH COMPARISON
  state PATH COMPARISON            (at the end of the run)
  initial state PATH COMPARISON    (before it)
  argument PATH COMPARISON         (of the call in question)
  user has GRANT
joined by "and", "or", "not" and parentheses; a COMPARISON is = != > >= < <= contains matches with a value, or exists.`;

/** @throws {Error} with the place where the text stops making sense */
export function parseCondition(text: string): Condition {
  const scanner = scanText(text);
  const condition = parseEither(scanner);
  if (!scanner.isAtEnd()) scanner.refuse('"and", "or" or the end');
  return condition;
}

function parseEither(scanner: Scanner): Condition {
  const parts = [parseBoth(scanner)];
  while (scanner.takeWord("or")) parts.push(parseBoth(scanner));
  return parts.length === 1 && parts[0] ? parts[0] : someOf(parts);
}

function parseBoth(scanner: Scanner): Condition {
  const parts = [parseOne(scanner)];
  while (scanner.takeWord("and")) parts.push(parseOne(scanner));
  return parts.length === 1 && parts[0] ? parts[0] : allOf(parts);
}

function parseOne(scanner: Scanner): Condition {
  if (scanner.takeWord("not")) return notOf(parseOne(scanner));
  if (scanner.take("(")) {
    const inside = parseEither(scanner);
    return scanner.take(")") ? inside : scanner.refuse('")"');
  }
  if (scanner.takeWord("approval")) return approval();
  if (scanner.takeWord("tool")) return parseTool(scanner, scanner.name("a tool's name"));
  if (scanner.takeWord("initial")) {
    if (!scanner.takeWord("state")) scanner.refuse('"state"');
    return stateHas("before", scanner.name("a path"), parseComparison(scanner));
  }
  if (scanner.takeWord("state")) return stateHas("after", scanner.name("a path"), parseComparison(scanner));
  if (scanner.takeWord("argument")) return argumentIs(scanner.name("a path"), parseComparison(scanner));
  if (scanner.takeWord("user")) {
    if (!scanner.takeWord("has")) scanner.refuse('"has"');
    return userHas(scanner.name("a grant"));
  }
  return scanner.refuse("approval, tool, state, argument, user, not or (");
}

function parseTool(scanner: Scanner, tool: string): Condition {
  if (scanner.takeWord("returned")) return toolReturned(tool, scanner.name("a path"), parseComparison(scanner));
  const isNegated = scanner.takeWord("not");
  for (const happening of ["called", "failed", "succeeded"] as const) {
    if (!scanner.takeWord(happening)) continue;
    const condition = toolHappened(tool, happening, parseTimes(scanner));
    return isNegated ? notOf(condition) : condition;
  }
  return scanner.refuse("called, not called, failed, succeeded or returned");
}

function parseTimes(scanner: Scanner): number {
  if (scanner.takeWord("once")) return 1;
  if (scanner.takeWord("twice")) return 2;
  const count = scanner.takeCount();
  if (count === undefined) return 1;
  if (!scanner.takeWord("times") && !scanner.takeWord("time")) scanner.refuse('"times"');
  return count >= 1 ? count : scanner.refuse("1 time or more");
}

const OPERATORS: Readonly<Record<string, keyof Comparison>> = {
  "==": "equals",
  "=": "equals",
  "!=": "notEquals",
  ">=": "atLeast",
  "<=": "atMost",
  ">": "greaterThan",
  "<": "lessThan",
};

function parseComparison(scanner: Scanner): Comparison {
  if (scanner.takeWord("exists")) return { exists: true };
  const sign = Object.keys(OPERATORS).find((operator) => scanner.take(operator));
  const word = sign ? OPERATORS[sign] : (["contains", "matches"] as const).find((each) => scanner.takeWord(each));
  if (!word) return scanner.refuse("a comparison");
  const value: Json = scanner.value();
  const parsed = comparisonShape[word].safeParse(value);
  if (!parsed.success) return scanner.refuse(`another value than ${JSON.stringify(value)} to compare with`);
  return { [word]: parsed.data };
}
