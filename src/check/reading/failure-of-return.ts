import type { RunEvent } from "../../domain/index.ts";
import { isJsonObject, type Json } from "../../kernel/index.ts";

/**
 * Why a tool call failed, or null. Beside a recorded error, a result that itself reports one counts: a text that starts
 * with "Error", `{ error: ... }`, `{ isError: true }`, `{ success: false }`, `{ ok: false }`, or such an object as text.
 */
export function failureOfReturn(returned: RunEvent<"tool.returned">): string | null {
  if (returned.error) return `${returned.error.name}: ${returned.error.message}`;
  return failureInResult(returned.result);
}

function failureInResult(result: Json | undefined): string | null {
  if (typeof result === "string") return failureInText(result);
  if (!isJsonObject(result)) return null;
  const { error } = result;
  if (typeof error === "string" && error !== "") return error;
  if (isJsonObject(error) || error === true) return JSON.stringify(error);
  if (result["isError"] === true) return "the result says isError";
  if (result["success"] === false) return "the result says success: false";
  if (result["ok"] === false) return "the result says ok: false";
  return null;
}

function failureInText(text: string): string | null {
  if (/^\s*error\b/i.test(text)) return text.trim();
  if (!/^\s*\{.*"(?:error|isError|success|ok)"/s.test(text)) return null;
  try {
    return failureInResult(JSON.parse(text) as Json);
  } catch {
    return null;
  }
}
