import { type MicroUsd, microUsdFromUsd, type Usage } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { parseText } from "../messages/parse-text.ts";
import { pick, pickNumber, pickText } from "../messages/pick.ts";
import type { ToolReading } from "../span-reading.ts";
import type { DialectReading, FieldNames } from "./dialect.ts";

/** A dialect's names, and which field each of them may tell. */
export interface FieldTable {
  readonly names: FieldNames;
  readonly fields: ReadonlyMap<string, number>;
}

const FIELDS = [
  "agentName",
  "agentVersion",
  "session",
  "user",
  "provider",
  "requested",
  "answered",
  "finishReason",
  "inputTokens",
  "outputTokens",
  "cachedInputTokens",
  "reasoningTokens",
  "cost",
  "costParts",
  "inputValue",
  "outputValue",
  "toolName",
  "toolCallId",
  "toolArguments",
  "toolResult",
  "toolDescription",
] as const satisfies readonly (keyof FieldNames)[];

function bitOf(...fields: readonly (keyof FieldNames)[]): number {
  return fields.reduce((bits, field) => bits | (1 << FIELDS.indexOf(field)), 0);
}

export function fieldTable(names: FieldNames): FieldTable {
  const fields = new Map<string, number>();
  for (const field of FIELDS) {
    for (const name of (names[field] ?? []).flat()) fields.set(name, (fields.get(name) ?? 0) | bitOf(field));
  }
  return { names, fields };
}

const TEXTS = ["agentName", "agentVersion", "session", "user", "provider", "requested", "answered"] as const;
const TEXT_BITS = TEXTS.map((field) => ({ field, bit: bitOf(field) }));
const FINISH = bitOf("finishReason");
const USAGE = bitOf("inputTokens", "outputTokens", "cachedInputTokens", "reasoningTokens");
const COST = bitOf("cost", "costParts");
const INPUT = bitOf("inputValue");
const OUTPUT = bitOf("outputValue");
const TOOL = bitOf("toolName", "toolCallId", "toolArguments", "toolResult", "toolDescription");

/** The plain fields of a dialect, by its table of names: a span has few of all the names there are. */
export function readFields(attributes: JsonObject, { names, fields }: FieldTable): DialectReading {
  let there = 0;
  for (const name in attributes) there |= fields.get(name) ?? 0;
  const reading: Draft<DialectReading> = {};
  for (const { field, bit } of TEXT_BITS) {
    if ((there & bit) !== 0) tell(reading, field, pickText(attributes, names[field] ?? []));
  }
  if ((there & FINISH) !== 0) tell(reading, "finishReason", firstText(pick(attributes, names.finishReason ?? [])));
  if ((there & USAGE) !== 0) tell(reading, "usage", readUsage(attributes, names));
  if ((there & COST) !== 0) tell(reading, "costMicroUsd", readCost(attributes, names));
  if ((there & INPUT) !== 0) tell(reading, "inputValue", pick(attributes, names.inputValue ?? []));
  if ((there & OUTPUT) !== 0) tell(reading, "outputValue", pick(attributes, names.outputValue ?? []));
  if ((there & TOOL) !== 0) tell(reading, "tool", readTool(attributes, names));
  return reading;
}

/** What is still being put together. */
export type Draft<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** A member is left out where there is nothing to say. */
export function tell<Value, Name extends keyof Value>(draft: Value, name: Name, value: Value[Name] | undefined): void {
  if (value !== undefined) draft[name] = value;
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
  for (const [name, aliases] of SETTING_NAMES) {
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

const SETTING_NAMES = Object.entries(SETTINGS);

/** Some exporters write every value as text. */
function asNumber(value: Json): Json {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Finish reasons come as a list with one member for each answer. */
function firstText(value: Json | undefined): string | undefined {
  const parsed = value === undefined ? undefined : parseText(value);
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return typeof first === "string" && first !== "" ? first : undefined;
}

const TOKENS = ["inputTokens", "outputTokens", "cachedInputTokens", "reasoningTokens"] as const;

function readUsage(attributes: JsonObject, names: FieldNames): Usage | undefined {
  const usage: Draft<Usage> = {};
  for (const field of TOKENS) {
    const count = pickNumber(attributes, names[field] ?? []);
    if (count !== undefined && count >= 0) usage[field] = count;
  }
  return unlessEmpty(usage);
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
  const tool: Draft<ToolReading> = {};
  tell(tool, "name", name);
  tell(tool, "callId", callId);
  tell(tool, "arguments", given);
  tell(tool, "result", result);
  tell(tool, "description", description);
  return unlessEmpty(tool);
}
