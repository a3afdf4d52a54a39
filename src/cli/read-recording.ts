import { z } from "zod";
import type { AssistantMessage, ToolRequest } from "../domain/index.ts";
import { AegisError, type Json } from "../kernel/index.ts";

/**
 * What a model said, from a recorded conversation: a JSON list, an object with `messages`, or JSON lines, in our form or
 * as OpenAI's chat API has it. Messages of others are passed over.
 *
 * @throws {AegisError} "model.bad_script", naming the file and the message
 */
export function readRecording(text: string, file: string): AssistantMessage[] {
  const entries = entriesOf(text, file);
  const messages = entries.flatMap((entry, index) => {
    const isResponse = typeof entry === "object" && entry !== null && "choices" in entry;
    const parsed = isResponse ? responseSchema.safeParse(entry) : messageSchema.safeParse(entry);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw bad(file, `message ${index + 1}: ${issue?.path.join(".") || "it"}: ${issue?.message ?? "is no message"}`);
    }
    const message = "choices" in parsed.data ? (parsed.data as Response).choices[0]?.message : parsed.data;
    return message?.role === "assistant" ? [assistantMessage(message as AssistantEntry)] : [];
  });
  if (messages.length === 0) throw bad(file, "holds no message of an assistant");
  return messages;
}

const ourCall = z.strictObject({ callId: z.string(), tool: z.string(), arguments: z.json() });
const openAiCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
const calls = z.array(z.union([ourCall, openAiCall])).nullish();
const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });

const assistantSchema = z.looseObject({
  role: z.literal("assistant"),
  content: z.union([z.string(), z.array(textPart)]).nullish(),
  reasoning: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  toolRequests: calls,
  tool_calls: calls,
});
const otherSchema = z.looseObject({ role: z.enum(["system", "developer", "user", "tool"]) });
const messageSchema = z.discriminatedUnion("role", [assistantSchema, otherSchema]);
const responseSchema = z.looseObject({ choices: z.array(z.looseObject({ message: messageSchema })).min(1) });

type AssistantEntry = z.output<typeof assistantSchema>;
type Response = z.output<typeof responseSchema>;

function assistantMessage(recorded: AssistantEntry): AssistantMessage {
  const { content, toolRequests, tool_calls: toolCalls, ...rest } = recorded;
  const reasoning = rest.reasoning ?? rest.reasoning_content;
  const requests = (toolRequests ?? toolCalls ?? []).map(toolRequest);
  const text = typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");
  return {
    role: "assistant",
    content: text,
    ...(reasoning && { reasoning }),
    ...(requests.length > 0 && { toolRequests: requests }),
  };
}

function toolRequest(recorded: z.output<typeof ourCall> | z.output<typeof openAiCall>): ToolRequest {
  if ("callId" in recorded) return recorded as ToolRequest;
  const { id, function: called } = recorded as z.output<typeof openAiCall>;
  return { callId: id, tool: called.name, arguments: argumentsOf(called.arguments) };
}

/** Broken JSON is kept as the text the model wrote. */
function argumentsOf(text: string): Json {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function entriesOf(text: string, file: string): unknown[] {
  const whole = parse(text);
  if (Array.isArray(whole)) return whole;
  const messages = (whole as { messages?: unknown } | null | undefined)?.messages;
  if (Array.isArray(messages)) return messages;
  if (whole !== undefined) return [whole];
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const entry = parse(line);
    if (entry === undefined) throw bad(file, `line ${index + 1} is no JSON, nor is the file as a whole`);
    return [entry];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bad(file: string, why: string): AegisError {
  return new AegisError("model.bad_script", `${file}: ${why}`, { details: { file } });
}
