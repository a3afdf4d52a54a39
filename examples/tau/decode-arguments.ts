import { JsonSyntaxError, parseJson } from "./parse-json.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import { isObject, type Value, type ValueObject } from "./value.ts";

const LIST_PARAMETERS: ReadonlySet<string> = new Set([
  "item_ids",
  "new_item_ids",
  "flights",
  "passengers",
  "payment_methods",
]);

/**
 * Reads the recorded arguments of a call: JSON as a rule, for some agents a Python literal instead.
 * Those agents also wrote their lists as text that holds a Python list, so that is read a second time.
 * @returns undefined where the text is neither
 */
export function decodeArguments(toolName: string, text: string): ValueObject | undefined {
  const json = tryJson(text);
  if (json !== undefined) return isObject(json) ? json : undefined;
  const literal = parsePythonLiteral(text);
  if (isObject(literal)) {
    for (const [key, value] of literal) if (LIST_PARAMETERS.has(key)) literal.set(key, listOf(value));
    return literal;
  }
  // Whatever was thought, the answer is empty; badly quoted thoughts are common and must not cost the whole run.
  return toolName === "think" ? new Map([["thought", text]]) : undefined;
}

function tryJson(text: string): Value | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function listOf(value: Value): Value {
  if (typeof value !== "string") return value;
  const inner = parsePythonLiteral(value);
  return Array.isArray(inner) ? inner : value;
}
