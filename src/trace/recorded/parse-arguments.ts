import { isJsonObject, type Json } from "../../kernel/index.ts";
import { parsePythonLiteral } from "../parse-python-literal.ts";

/** A tool call's arguments as recorded: an object, JSON text, a Python literal; any other text is kept as it is. */
export function parseArguments(recorded: Json | undefined): Json {
  if (typeof recorded !== "string") return recorded ?? {};
  const text = recorded.trim();
  if (text === "") return {};
  return parseJson(text) ?? literalObject(text) ?? recorded;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Only objects: a bare word or number is more likely a broken call than a literal. */
function literalObject(text: string): Json | undefined {
  const value = text.startsWith("{") ? parsePythonLiteral(text) : undefined;
  return isJsonObject(value) ? value : undefined;
}
