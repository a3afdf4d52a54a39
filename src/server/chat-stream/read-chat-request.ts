import { z } from "zod";
import {
  AegisError,
  explainIssues,
  isJsonObject,
  type Json,
  type JsonObject,
  LIMITS,
  toJson,
} from "../../kernel/index.ts";
import { OFFSET_PART, readApprovalId } from "./chat-chunks.ts";

/** What a chat client wants. */
export type ChatWish =
  /** Say something new. The client's id of the message makes a repeated request find the same run. */
  | { readonly kind: "message"; readonly text: string; readonly messageId: string | undefined }
  /** Say the last message once more. */
  | { readonly kind: "again"; readonly text: string }
  /** Decide on approvals of a run, and see what follows behind what the client has. */
  | {
      readonly kind: "decide";
      readonly runId: string;
      readonly decisions: readonly { readonly effect: number; readonly isApproved: boolean }[];
      /** How much of the run the client has; undefined where its message does not say. */
      readonly fromSeq: number | undefined;
    };

export interface ChatRequest {
  readonly chatId: string;
  readonly agent: string | undefined;
  readonly whenBusy: "queue" | "interrupt";
  readonly data: Json | undefined;
  readonly metadata: JsonObject | undefined;
  readonly wish: ChatWish;
}

const isWithin = (charactersMax: number) => (value: unknown) => JSON.stringify(value).length <= charactersMax;

const partSchema = z.looseObject({ type: z.string() });
const messageSchema = z.looseObject({
  id: z.string().max(200).optional(),
  role: z.enum(["system", "user", "assistant"]),
  parts: z.array(partSchema).max(10_000),
});
type ChatMessage = z.infer<typeof messageSchema>;

/** Fields beyond these are refused by name: a server that ignored them would answer another question than the one asked. */
const requestSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, "expected 1 to 128 of A-Z a-z 0-9 . _ : -"),
  messages: z.array(messageSchema).min(1).max(100_000),
  trigger: z.enum(["submit-message", "regenerate-message"]).default("submit-message"),
  messageId: z.string().optional(),
  agent: z.string().min(1).max(200).optional(),
  whenBusy: z.enum(["queue", "interrupt"]).default("queue"),
  data: z.json().refine(isWithin(LIMITS.messageCharactersMax), "is too long").optional(),
  metadata: z.record(z.string(), z.json()).refine(isWithin(LIMITS.metadataBytesMax), "is too long").optional(),
});

/** @throws {AegisError} "request.invalid" naming the field, "chat.unsupported" */
export function readChatRequest(body: unknown): ChatRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const { text } = explainIssues({ schema: requestSchema, value: body, issues: parsed.error.issues });
    throw new AegisError("request.invalid", text);
  }
  const { id, agent, whenBusy, data, metadata, messages, trigger } = parsed.data;
  const labels = metadata === undefined ? undefined : toJson(metadata);
  const last = messages.at(-1);
  const wish = last?.role === "assistant" ? decisionsOf(last) : saidIn(last, trigger);
  return {
    chatId: id,
    agent,
    whenBusy,
    data: data === undefined ? undefined : toJson(data),
    metadata: isJsonObject(labels) ? labels : undefined,
    wish,
  };
}

function saidIn(message: ChatMessage | undefined, trigger: "submit-message" | "regenerate-message"): ChatWish {
  if (message?.role !== "user") throw unsupported("the last message has to be the user's, or carry a decision");
  const texts = message.parts.map((part) => {
    if (part.type === "text" && typeof part["text"] === "string") return part["text"];
    if (part.type.startsWith("data-")) throw unsupported("data parts are not read: send `data` in the body");
    throw unsupported(`${part.type} parts are not read: a message is text`);
  });
  const text = texts.join("\n");
  if (text.trim() === "") throw unsupported("the last message holds no text");
  if (text.length > LIMITS.messageCharactersMax) {
    throw new AegisError(
      "request.invalid",
      `messages: a message has at most ${LIMITS.messageCharactersMax} characters`,
    );
  }
  return trigger === "regenerate-message" ? { kind: "again", text } : { kind: "message", text, messageId: message.id };
}

/** The client has put a person's decisions into the parts of the message that asked for them. */
function decisionsOf(message: ChatMessage): ChatWish {
  const decided = message.parts.flatMap((part) => {
    const approval = part["approval"];
    if (part["state"] !== "approval-responded" || !isObject(approval)) return [];
    const { id, approved } = approval;
    const about = typeof id === "string" ? readApprovalId(id) : undefined;
    return about === undefined || typeof approved !== "boolean" ? [] : [{ ...about, isApproved: approved }];
  });
  const [first] = decided;
  if (first === undefined) throw unsupported("the last message is the assistant's and holds no decision");
  const decisions = decided
    .filter(({ runId }) => runId === first.runId)
    .map(({ effect, isApproved }) => ({ effect, isApproved }));
  return { kind: "decide", runId: first.runId, decisions, fromSeq: offsetIn(message, first.runId) };
}

function offsetIn(message: ChatMessage, runId: string): number | undefined {
  const data = message.parts.find(({ type }) => type === OFFSET_PART)?.["data"];
  if (!isObject(data) || data["runId"] !== runId) return undefined;
  const nextSeq = data["nextSeq"];
  return typeof nextSeq === "number" && Number.isSafeInteger(nextSeq) && nextSeq >= 0 ? nextSeq : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isJsonObject(value);
}

function unsupported(why: string): AegisError {
  return new AegisError("chat.unsupported", why);
}
