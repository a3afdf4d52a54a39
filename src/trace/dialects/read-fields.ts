import { type MicroUsd, microUsdFromUsd, type Usage } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { parseText } from "../messages/parse-text.ts";
import { pick, pickNumber, pickText } from "../messages/pick.ts";
import type { ToolReading } from "../span-reading.ts";
import { namesOf } from "./attribute-names.ts";
import type { DialectReading, FieldNames } from "./dialect.ts";

/** What a dialect's table of names says of a set of attributes: their names alone decide which of its names to ask. */
export type FieldTable = (there: readonly string[]) => FieldsThere;

/** For each field those of its names that are there, the surest first. */
interface FieldsThere {
  readonly texts: readonly { readonly field: (typeof TEXTS)[number]; readonly names: readonly string[] }[];
  readonly tokens: readonly { readonly field: (typeof TOKENS)[number]; readonly names: readonly string[] }[];
  readonly finishReason: readonly string[];
  readonly cost: readonly string[];
  readonly costParts: readonly (readonly string[])[];
  readonly inputValue: readonly string[];
  readonly outputValue: readonly string[];
  /** Undefined where nothing is told of a tool. */
  readonly tool: FieldNames | undefined;
}

const TEXTS = ["agentName", "agentVersion", "session", "user", "provider", "requested", "answered"] as const;
const TOKENS = ["inputTokens", "outputTokens", "cachedInputTokens", "reasoningTokens"] as const;
const OF_TOOL = ["toolName", "toolCallId", "toolArguments", "toolResult", "toolDescription"] as const;

export function fieldTable(table: FieldNames): FieldTable {
  return (there) => {
    const known = new Set(there);
    const among = (names: readonly string[] = []) => names.filter((name) => known.has(name));
    const each = <Field extends (typeof TEXTS | typeof TOKENS | typeof OF_TOOL)[number]>(fields: readonly Field[]) =>
      fields.map((field) => ({ field, names: among(table[field]) })).filter(({ names }) => names.length > 0);
    const ofTool = each(OF_TOOL).map(({ field, names }) => [field, names] as const);
    return {
      texts: each(TEXTS),
      tokens: each(TOKENS),
      finishReason: among(table.finishReason),
      cost: among(table.cost),
      costParts: (table.costParts ?? []).map(among).filter((names) => names.length > 0),
      inputValue: among(table.inputValue),
      outputValue: among(table.outputValue),
      tool: ofTool.length === 0 ? undefined : Object.fromEntries(ofTool),
    };
  };
}

/** The plain fields of a dialect, by its table of names: a span has few of all the names there are. */
export function readFields(attributes: JsonObject, table: FieldTable, names = namesOf(attributes)): DialectReading {
  const there = names.answer(table);
  const reading: Draft<DialectReading> = {};
  for (const { field, names } of there.texts) tell(reading, field, pickText(attributes, names));
  const finishReason = firstText(pick(attributes, there.finishReason));
  if (finishReason !== undefined) reading.finishReason = finishReason;
  const usage = readUsage(attributes, there);
  if (usage !== undefined) reading.usage = usage;
  const costMicroUsd = readCost(attributes, there);
  if (costMicroUsd !== undefined) reading.costMicroUsd = costMicroUsd;
  const inputValue = pick(attributes, there.inputValue);
  if (inputValue !== undefined) reading.inputValue = inputValue;
  const outputValue = pick(attributes, there.outputValue);
  if (outputValue !== undefined) reading.outputValue = outputValue;
  const tool = there.tool === undefined ? undefined : readTool(attributes, there.tool);
  if (tool !== undefined) reading.tool = tool;
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
  for (const name in value) if (Object.hasOwn(value, name)) return value;
  return undefined;
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
const SETTING_ALIASES = new Set(Object.values(SETTINGS).flat());

export function isSetting(name: string): boolean {
  return SETTING_ALIASES.has(name);
}

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

function readUsage(attributes: JsonObject, { tokens }: FieldsThere): Usage | undefined {
  if (tokens.length === 0) return undefined;
  const usage: Draft<Usage> = {};
  for (const { field, names } of tokens) {
    const count = pickNumber(attributes, names);
    if (count !== undefined && count >= 0) usage[field] = count;
  }
  return unlessEmpty(usage);
}

function readCost(attributes: JsonObject, { cost, costParts }: FieldsThere): MicroUsd | undefined {
  const whole = pickNumber(attributes, cost);
  if (whole !== undefined) return microUsdFromUsd(whole);
  const parts = costParts.map((part) => pickNumber(attributes, part));
  const told = parts.filter((part) => part !== undefined);
  return told.length === 0 ? undefined : microUsdFromUsd(told.reduce((sum, part) => sum + part, 0));
}

function readTool(attributes: JsonObject, names: FieldNames): ToolReading | undefined {
  const { toolName, toolCallId, toolArguments, toolResult, toolDescription } = names;
  const tool: Draft<ToolReading> = {};
  if (toolName !== undefined) tell(tool, "name", pickText(attributes, toolName));
  if (toolCallId !== undefined) tell(tool, "callId", pickText(attributes, toolCallId));
  if (toolArguments !== undefined) tell(tool, "arguments", pick(attributes, toolArguments));
  if (toolResult !== undefined) tell(tool, "result", pick(attributes, toolResult));
  if (toolDescription !== undefined) tell(tool, "description", pickText(attributes, toolDescription));
  return unlessEmpty(tool);
}
