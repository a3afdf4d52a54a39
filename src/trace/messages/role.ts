import type { Message } from "../../domain/index.ts";

const ROLES: Readonly<Record<string, Message["role"]>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  ai: "assistant",
  model: "assistant",
  bot: "assistant",
  tool: "tool",
  function: "tool",
  functionexecutionresult: "tool",
  "tool-call": "assistant",
  "tool-response": "tool",
};

/** The role a family's word stands for; LangChain's streamed messages end in `MessageChunk`. */
export function roleOf(word: unknown): Message["role"] | undefined {
  if (typeof word !== "string") return undefined;
  return PLAIN_ROLES.get(word) ?? roleOfName(word);
}

/** Most words stand in the table as they are. */
const PLAIN_ROLES = new Map(Object.entries(ROLES));

function roleOfName(word: string): Message["role"] | undefined {
  const name = word
    .replace(/^.*\./, "")
    .replace(/Message(Chunk)?$/i, "")
    .toLowerCase();
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}
