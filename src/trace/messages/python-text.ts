import type { Json, JsonObject } from "../../kernel/index.ts";
import { parsePythonLiteral } from "../parse-python-literal.ts";
import { roleOf } from "./role.ts";

const BRACKETS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/**
 * A message that was written as Python prints an object: `role='user' content='Hi' tool_calls=None`,
 * `Message(role='user', ...)` or `HumanMessage(content='Hi', ...)`. Members that are no literal are left out.
 * @returns undefined when neither a member nor the class says a role
 */
export function readPythonText(text: string): JsonObject | undefined {
  const [, name, within] = /^(\w+)\((.*)\)$/s.exec(text.trim()) ?? [];
  const inner = within ?? text.trim();
  if (!/^\w+=/.test(inner)) return undefined;
  const role = name === undefined ? undefined : roleOf(name);
  if (role === undefined && !/\brole='\w+'/.test(inner)) return undefined;
  const members: [string, Json][] = role === undefined ? [] : [["role", role]];
  for (const [member, written] of splitMembers(inner)) {
    const value = parsePythonLiteral(written);
    if (value !== undefined && value !== null) members.push([member, value]);
  }
  const message = Object.fromEntries(members);
  return typeof message["role"] === "string" ? message : undefined;
}

function splitMembers(text: string): [string, string][] {
  const members: [string, string][] = [];
  const name = /[\s,]*(\w+)=/y;
  for (let at = 0; at < text.length;) {
    name.lastIndex = at;
    const found = name.exec(text);
    if (found === null) return members;
    const end = endOfValue(text, name.lastIndex);
    members.push([found[1] ?? "", text.slice(name.lastIndex, end)]);
    at = end;
  }
  return members;
}

/** Where the value that begins here ends: at a space or comma outside of quotes and brackets. */
function endOfValue(text: string, start: number): number {
  const open: string[] = [];
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "'" || character === '"') at = endOfString(text, at);
    else if (BRACKETS[character] !== undefined) open.push(BRACKETS[character]);
    else if (character === open.at(-1)) open.pop();
    else if (open.length === 0 && /[\s,]/.test(character)) return at;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
