import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";

/** Deeper values of strangers are left unread: whoever walks them later may do so by recursion. */
const DEPTH_MAX = 128;

/** @returns undefined where the text is no JSON, or JSON nobody should walk */
export function parseJson(text: string): Json | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function objectsOf(value: Json | undefined): JsonObject[] {
  return listOf(value).filter(isJsonObject);
}

export function stringOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The first text among fields that servers spell differently, "" without any. */
export function firstString(...values: readonly (Json | undefined)[]): string {
  return stringOf(values.find((value) => typeof value === "string" && value !== ""));
}

/** A number of tokens; undefined where it was not told, or is no number of anything. */
export function countOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The text of a content that is a text or a list of parts; what is no text is named by its type. */
export function textOf(content: Json | undefined, separator: string): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => {
      if (typeof part === "string") return part;
      const { text, refusal, type } = objectOf(part);
      return typeof text === "string" ? text : typeof refusal === "string" ? refusal : `[${stringOf(type) || "part"}]`;
    })
    .join(separator);
}

/** The arguments of a tool call; the raw text where the model's JSON was broken. */
export function argumentsOf(given: Json | undefined): Json {
  if (typeof given !== "string") return given ?? {};
  if (given.trim() === "") return {};
  return parseJson(given) ?? given;
}

/** Results travel as text; structured ones are JSON again. A bare number stays the text it is: it may be an id. */
export function resultOf(text: string): Json {
  return /^\s*[[{"]/.test(text) ? (parseJson(text) ?? text) : text;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) isInString = !isInString;
    else if (isInString) index += code === 0x5c ? 1 : 0;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}
