import { AegisError, isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";

export interface ProgramAnswer {
  readonly answer: string;
  /** What the agent itself says it called, in order. */
  readonly toolCalls: readonly {
    readonly tool: string;
    readonly arguments: Json;
    readonly result?: Json;
    readonly error?: string;
  }[];
}

/** Reads what a program or an endpoint answered: JSON `{answer, toolCalls?}`, a JSON text, or plain text. */
export function readAnswer(text: string): ProgramAnswer {
  const trimmed = text.trim();
  const value = parse(trimmed);
  if (typeof value === "string") return { answer: value, toolCalls: [] };
  if (!isJsonObject(value)) return { answer: trimmed, toolCalls: [] };
  const answer = value["answer"] ?? value["output"] ?? value["content"];
  if (answer === undefined) throw new AegisError("agent.bad_answer", `JSON without "answer": ${trimmed.slice(0, 200)}`);
  return { answer: typeof answer === "string" ? answer : JSON.stringify(answer), toolCalls: toolCalls(value) };
}

function toolCalls(value: JsonObject): ProgramAnswer["toolCalls"] {
  const calls = value["toolCalls"];
  if (!Array.isArray(calls)) return [];
  return calls.filter(isJsonObject).map((call) => ({
    tool: String(call["tool"] ?? call["name"] ?? ""),
    arguments: call["arguments"] ?? {},
    ...(call["result"] !== undefined && { result: call["result"] }),
    ...(typeof call["error"] === "string" && { error: call["error"] }),
  }));
}

function parse(text: string): Json | undefined {
  if (!/^[{"[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
