import { type MicroUsd, microUsdFromUsd, type Usage } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { parseText } from "../messages/parse-text.ts";
import { pick, pickNumber, pickText } from "../messages/pick.ts";
import type { ToolReading } from "../span-reading.ts";
import type { DialectReading, FieldNames } from "./dialect.ts";

/** The plain fields of a dialect, by its table of names. */
export function readFields(attributes: JsonObject, names: FieldNames): DialectReading {
  return {
    ...texts(attributes, names),
    ...known("finishReason", firstText(pick(attributes, names.finishReason ?? []))),
    ...known("usage", readUsage(attributes, names)),
    ...known("costMicroUsd", readCost(attributes, names)),
    ...known("inputValue", pick(attributes, names.inputValue ?? [])),
    ...known("outputValue", pick(attributes, names.outputValue ?? [])),
    ...known("tool", readTool(attributes, names)),
  };
}

/** A member that is left out where there is nothing to say. */
export function known<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Record<Name, Value> | Record<never, never> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** Undefined for an object without members. */
export function unlessEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

/** The model's usual settings under one set of names. */
export function readSettings(told: JsonObject): JsonObject | undefined {
  const settings: Record<string, Json> = {};
  for (const [name, aliases] of Object.entries(SETTINGS)) {
    const value = pick(told, aliases);
    if (value !== undefined) settings[name] = name === "stopSequences" ? parseText(value) : asNumber(value);
  }
  return unlessEmpty(settings);
}

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  temperature: ["temperature"],
  topP: ["top_p", "topP"],
  topK: ["top_k", "topK"],
  maxOutputTokens: ["max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens"],
  frequencyPenalty: ["frequency_penalty", "frequencyPenalty"],
  presencePenalty: ["presence_penalty", "presencePenalty"],
  seed: ["seed"],
  stopSequences: ["stop_sequences", "stopSequences", "stop"],
};

/** Some exporters write every value as text. */
function asNumber(value: Json): Json {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
}

const TEXTS = ["agentName", "agentVersion", "session", "user", "provider", "requested", "answered"] as const;

function texts(attributes: JsonObject, names: FieldNames): DialectReading {
  const found = TEXTS.flatMap((field) => {
    const text = pickText(attributes, names[field] ?? []);
    return text === undefined ? [] : [[field, text] as const];
  });
  return Object.fromEntries(found);
}

/** Finish reasons come as a list with one member for each answer. */
function firstText(value: Json | undefined): string | undefined {
  const parsed = value === undefined ? undefined : parseText(value);
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return typeof first === "string" && first !== "" ? first : undefined;
}

const TOKENS = ["inputTokens", "outputTokens", "cachedInputTokens", "reasoningTokens"] as const;

function readUsage(attributes: JsonObject, names: FieldNames): Usage | undefined {
  const found = TOKENS.flatMap((field) => {
    const count = pickNumber(attributes, names[field] ?? []);
    return count === undefined || count < 0 ? [] : [[field, count] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function readCost(attributes: JsonObject, names: FieldNames): MicroUsd | undefined {
  const whole = pickNumber(attributes, names.cost ?? []);
  if (whole !== undefined) return microUsdFromUsd(whole);
  const parts = (names.costParts ?? []).map((part) => pickNumber(attributes, part));
  const told = parts.filter((part) => part !== undefined);
  return told.length === 0 ? undefined : microUsdFromUsd(told.reduce((sum, part) => sum + part, 0));
}

function readTool(attributes: JsonObject, names: FieldNames): ToolReading | undefined {
  const name = pickText(attributes, names.toolName ?? []);
  const callId = pickText(attributes, names.toolCallId ?? []);
  const given = pick(attributes, names.toolArguments ?? []);
  const result = pick(attributes, names.toolResult ?? []);
  const description = pickText(attributes, names.toolDescription ?? []);
  return unlessEmpty({
    ...known("name", name),
    ...known("callId", callId),
    ...known("arguments", given),
    ...known("result", result),
    ...known("description", description),
  });
}
