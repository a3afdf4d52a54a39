import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { detectResultFormat } from "./result-format.ts";

export const RECORDING_FORMATS = [
  "atif",
  "braintrust",
  "inspect",
  "jsonl",
  "langfuse",
  "promptfoo",
  "swe-agent",
  "tau1",
  "tau2",
  "who-when",
] as const;
export type RecordingFormat = (typeof RECORDING_FORMATS)[number];

/** Each looks for what only its own format has; asked in this order. */
const MARKS: readonly (readonly [RecordingFormat, (value: JsonObject) => boolean])[] = [
  ["atif", ({ schema_version: version }) => typeof version === "string" && version.startsWith("ATIF-")],
  ["inspect", (value) => isJsonObject(value["eval"]) && "status" in value && "version" in value],
  ["promptfoo", isPromptfoo],
  ["langfuse", isLangfuse],
  ["swe-agent", ({ trajectory }) => isListOf(trajectory, ["action", "observation"])],
  ["who-when", (value) => isListOf(value["history"], ["content"]) && ("mistake_step" in value || "question" in value)],
  ["braintrust", isBraintrust],
];

/** Which format a parsed file, or one line of it, looks like by its content, never by its name. */
export function detectFormat(value: Json): RecordingFormat | undefined {
  const first = Array.isArray(value) ? (value.find(isJsonObject) as JsonObject | undefined) : value;
  const format = isJsonObject(first) ? MARKS.find(([, isLike]) => isLike(first))?.[0] : undefined;
  return format ?? detectResultFormat(value);
}

function isPromptfoo(value: JsonObject): boolean {
  const { results } = value;
  if (isJsonObject(results) && Array.isArray(results["results"])) return true;
  if (Array.isArray(results) && "stats" in value) return true;
  return "promptIdx" in value && "testIdx" in value;
}

function isLangfuse(value: JsonObject): boolean {
  if (Array.isArray(value["observations"])) return true;
  if (isListOf(value["data"], ["traceId", "startTime"]) || isListOf(value["data"], ["observations"])) return true;
  return "traceId" in value && "startTime" in value && "type" in value;
}

/** A row of results names its case or says how it went at its top; a row of Braintrust does neither. */
function isBraintrust(value: JsonObject): boolean {
  if ("root_span_id" in value && "span_id" in value) return true;
  const isResult = ["case", "task_id", "passed", "success", "score", "reward", "messages"].some((key) => key in value);
  return !isResult && "input" in value && ["expected", "output", "scores", "origin"].some((key) => key in value);
}

function isListOf(list: Json | undefined, keys: readonly string[]): boolean {
  const first: Json | undefined = Array.isArray(list) ? list[0] : undefined;
  return isJsonObject(first) && keys.every((key) => key in first);
}
