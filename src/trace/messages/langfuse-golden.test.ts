import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Message } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { parseText } from "./parse-text.ts";
import { normalizeMessages } from "./normalize-messages.ts";

const folder = join(
  process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data"),
  "frameworks/langfuse",
);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".trace.json")) : [];

interface Side {
  readonly where: string;
  readonly value: Json;
  readonly side: "input" | "output";
  /** Of a model or an agent: what is no structure is what it was told or said. */
  readonly isSpeech: boolean;
  readonly golden: JsonObject | undefined;
}

/** What both say about a message: its role, its text, its calls with parsed arguments, what it answers. */
interface Comparable {
  readonly role: string;
  readonly text: Json;
  readonly calls: readonly { readonly id: string; readonly tool: string; readonly arguments: Json }[];
  readonly answers: string;
}

/** Sides that hold a value; those Langfuse calls a success; those of them that say something; those read here. */
const COUNTS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  "agno-2025-06-11.trace.json": [12, 5, 2, 9],
  "crewai-2025-07-11.trace.json": [5, 2, 1, 2],
  "google-adk-2025-08-28.trace.json": [9, 8, 7, 7],
  "langgraph-python-2025-08-22.trace.json": [18, 15, 15, 15],
  "llamaindex-2025-06-05.trace.json": [2, 0, 0, 2],
  "openai-agents-2025-09-30.trace.json": [6, 4, 4, 4],
  "pydantic-ai-tools-2025-12-04.trace.json": [16, 12, 8, 8],
  "vercel-aisdk-2025-11-17.trace.json": [6, 4, 3, 4],
};

test.skipIf(files.length === 0).each(files)("%s: every side Langfuse normalised is the same here", (file) => {
  for (const { where, value, side, isSpeech, golden } of sidesOf(file)) {
    const theirs = spoken(golden).map(comparableTheirs);
    if (theirs.length === 0) continue;
    const ours = normalizeMessages(value, { side, isPlainMessage: isSpeech })?.messages ?? [];
    expect(
      ours.map((message, index) => comparableOurs(message, theirs[index])),
      where,
    ).toEqual(theirs);
  }
});

test.skipIf(files.length === 0)("more sides are read than Langfuse reads", () => {
  const counts = files.map((file) => {
    const sides = sidesOf(file);
    const read = sides.filter(
      ({ value, side, isSpeech }) => normalizeMessages(value, { side, isPlainMessage: isSpeech }) !== undefined,
    );
    const successes = sides.filter(({ golden }) => golden?.["success"] === true);
    const saying = successes.filter(({ golden }) => spoken(golden).length > 0);
    return [file, [sides.length, successes.length, saying.length, read.length]] as const;
  });
  expect(Object.fromEntries(counts)).toMatchObject(COUNTS);
  for (const [file, [, , theirs = 0, ours = 0]] of counts) expect(ours, file).toBeGreaterThanOrEqual(theirs);
});

function sidesOf(file: string): Side[] {
  const trace = readJson(file);
  const golden = readJson(file.replace(".trace.", ".chatml."));
  return (trace["observations"] as JsonObject[]).flatMap((observation) =>
    (["input", "output"] as const).flatMap((side) => {
      const isSpeech = ["GENERATION", "AGENT"].includes(String(observation["type"]));
      const value = observation[side];
      const place = golden[String(observation["id"])];
      const of = isJsonObject(place) && isJsonObject(place[side]) ? place[side] : undefined;
      return value === null || value === undefined
        ? []
        : [{ where: `${String(observation["name"])} ${side}`, value, side, isSpeech, golden: of }];
    }),
  );
}

/** Messages that say something; some goldens hold only the offered tools, or the value as it was. */
function spoken(golden: JsonObject | undefined): JsonObject[] {
  if (golden?.["success"] !== true) return [];
  return (golden["data"] as JsonObject[]).filter(({ role, content, tool_calls }) => role ?? content ?? tool_calls);
}

function comparableTheirs(message: JsonObject): Comparable {
  const calls = (message["tool_calls"] ?? []) as JsonObject[];
  return {
    role: message["role"] === "model" ? "assistant" : String(message["role"]),
    text: parseText(message["content"] ?? ""),
    calls: calls.map((call) => ({
      id: String(call["id"]),
      tool: String(call["name"]),
      arguments: parseText(call["arguments"] ?? null),
    })),
    answers: String(message["tool_call_id"] ?? ""),
  };
}

/** Gemini has no role for what tools give; Langfuse leaves such a result with the user, here it is a tool's. */
function comparableOurs(message: Message, theirs: Comparable | undefined): Comparable {
  const isLeftToUser = message.role === "tool" && theirs?.role === "user" && message.callId === "";
  const requests = message.role === "assistant" ? (message.toolRequests ?? []) : [];
  return {
    role: isLeftToUser ? "user" : message.role,
    text: parseText(message.role === "tool" ? message.result : message.content),
    calls: requests.map(({ callId, tool, arguments: given }) => ({ id: callId, tool, arguments: given })),
    answers: message.role === "tool" ? message.callId : "",
  };
}

function readJson(file: string): JsonObject {
  return JSON.parse(readFileSync(join(folder, file), "utf8")) as JsonObject;
}
