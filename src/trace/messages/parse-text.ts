import { isJsonObject, type Json, parsePythonLiteral } from "../../kernel/index.ts";

/** Longer texts are kept as they are: nobody writes a conversation that long into one attribute by hand. */
const TEXT_LENGTH_MAX = 64 * 1024 * 1024;

/** What a text that holds JSON says; any other value as it is. Telemetry writes structures as text, now and then twice. */
export function parseText(value: Json): Json {
  if (typeof value !== "string" || value.length > TEXT_LENGTH_MAX) return value;
  const text = value.trim();
  if (!/^[[{"]/.test(text)) return value;
  const parsed = parseJson(text);
  if (parsed === undefined) return value;
  return typeof parsed === "string" && text.startsWith('"') ? parseText(parsed) : parsed;
}

/** A structure written as JSON or as a Python literal (`{'query': 'x'}`); undefined for any other text. */
export function parseStructure(text: string): Json | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return undefined;
  const value = parseJson(trimmed) ?? parsePythonLiteral(trimmed);
  return typeof value === "object" && value !== null ? value : undefined;
}

/** A tool call's arguments: the structure they are; the raw text where it is none. No arguments are `{}`. */
export function parseArguments(value: Json | undefined): Json {
  if (value === undefined || value === null) return {};
  if (typeof value !== "string") return value;
  return value.trim() === "" ? {} : (parseStructure(value) ?? parseText(value));
}

/** The object in a value, which may be written as text. */
export function objectIn(value: Json | undefined): { readonly [key: string]: Json | undefined } | undefined {
  const parsed = value === undefined ? undefined : parseText(value);
  return isJsonObject(parsed) ? parsed : undefined;
}

/** The list in a value, which may be written as text. */
export function listIn(value: Json | undefined): readonly Json[] | undefined {
  const parsed = value === undefined ? undefined : parseText(value);
  return Array.isArray(parsed) ? (parsed as readonly Json[]) : undefined;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
