import { readFile, stat } from "node:fs/promises";
import { AegisError, isJsonObject, type Json, LIMITS } from "../../kernel/index.ts";

/** One thing a user said, and what the agent answered. */
export type Exchange = readonly [user: string, agent: string];

/**
 * What was said in recorded conversations: results of tau-bench and tau2-bench, lists or JSON lines of chat messages.
 * Tool calls and their results are left out.
 *
 * @throws {AegisError} "condition.bad_conversations" for a file that cannot be read or holds no exchange
 */
export async function readExchangeFile(path: string): Promise<Exchange[]> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > LIMITS.importFileBytesMax) throw new Error(`more than ${LIMITS.importFileBytesMax} bytes`);
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw badConversations(path, (cause as Error).message, cause);
  }
  return readExchanges(text, path);
}

export function readExchanges(text: string, file: string): Exchange[] {
  const exchanges = conversationsIn(parseEither(text, file)).flatMap(exchangesOf);
  if (exchanges.length === 0) throw badConversations(file, "it holds no message of a user with its answer");
  return exchanges;
}

function parseEither(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length < 2) throw badConversations(file, "it is no JSON", cause);
    return lines.map((line, index) => {
      try {
        return JSON.parse(line) as Json;
      } catch (lineCause) {
        throw badConversations(file, `line ${index + 1} is no JSON`, lineCause);
      }
    });
  }
}

const CONVERSATION_KEYS = ["messages", "traj", "simulations"] as const;

/** Every list of messages, wherever the known formats keep it. */
function conversationsIn(value: Json | undefined): (readonly Json[])[] {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return list.some((each) => isJsonObject(each) && typeof each["role"] === "string")
      ? [list]
      : list.flatMap(conversationsIn);
  }
  return isJsonObject(value) ? CONVERSATION_KEYS.flatMap((key) => conversationsIn(value[key])) : [];
}

function exchangesOf(messages: readonly Json[]): Exchange[] {
  const said = messages.flatMap((message) => {
    if (!isJsonObject(message)) return [];
    const { role, content } = message;
    const isSaid = (role === "user" || role === "assistant") && typeof content === "string" && content.trim() !== "";
    return isSaid ? [{ role, content: withoutMarks(content) }] : [];
  });
  return said.flatMap(({ role, content }, index): Exchange[] => {
    const next = said[index + 1];
    return role === "user" && next?.role === "assistant" && content !== "" ? [[content, next.content]] : [];
  });
}

/** `###STOP###` and the like are the simulator's, nobody said them. */
function withoutMarks(text: string): string {
  return text.replaceAll(/###[A-Z-]+###/g, "").trim();
}

function badConversations(file: string, why: string, cause?: unknown): AegisError {
  return new AegisError("condition.bad_conversations", `${file}: ${why}`, { cause, details: { file } });
}
