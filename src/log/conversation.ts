import type { AssistantMessage, Message, RunEvent, ToolRequest } from "../domain/index.ts";

/**
 * What was said in a run: the user's messages, the agent's, its tool calls and their results, in order. Logs of other
 * programs may hold no model calls (then tool calls make the assistant's messages) or nothing but model calls (then the
 * prompts hold what the user said).
 */
export function conversation(events: readonly RunEvent[]): Message[] {
  const writer = new ConversationWriter(!events.some((event) => event.type === "message.received"));
  for (const event of events) writer.add(event);
  return writer.messages;
}

class ConversationWriter {
  readonly messages: Message[] = [];
  readonly #readsPrompts: boolean;
  readonly #requested = new Set<string>();
  readonly #calledEffects = new Set<number>();
  readonly #resultIndexes = new Map<number, number>();
  #promptCount = 0;
  /** The model's last text, which the agent then usually sends as its answer. */
  #modelText: string | undefined;

  constructor(readsPrompts: boolean) {
    this.#readsPrompts = readsPrompts;
  }

  add(event: RunEvent): void {
    if (event.type === "message.received") this.#addReceived(event);
    if (event.type === "message.sent") this.#addSent(event);
    if (event.type === "model.called" && this.#readsPrompts) this.#addPrompt(event);
    if (event.type === "model.returned" && event.message !== undefined) this.#addAnswer(event.message);
    if (event.type === "tool.called") this.#addToolCall(event);
    if (event.type === "tool.returned") this.#addToolResult(event);
  }

  #addReceived({ from, content }: RunEvent<"message.received">): void {
    this.#modelText = undefined;
    this.messages.push({ role: from, content });
  }

  #addSent({ content }: RunEvent<"message.sent">): void {
    if (content !== this.#modelText) this.messages.push({ role: "assistant", content });
    this.#modelText = undefined;
  }

  /** The first prompt may hold an earlier conversation; later ones repeat what the log holds itself. */
  #addPrompt({ added }: RunEvent<"model.called">): void {
    const isFirst = this.#promptCount === 0;
    this.#promptCount += 1;
    this.messages.push(...added.filter(({ role }) => isFirst || role === "user" || role === "system"));
  }

  #addAnswer(message: AssistantMessage): void {
    this.#modelText = message.content;
    for (const { callId } of message.toolRequests ?? []) this.#requested.add(callId);
    this.messages.push(message);
  }

  #addToolCall({ effect, callId, tool, arguments: given }: RunEvent<"tool.called">): void {
    const isRepeated = this.#calledEffects.has(effect);
    this.#calledEffects.add(effect);
    if (isRepeated || this.#requested.delete(callId)) return;
    const request: ToolRequest = { callId, tool, arguments: given };
    const last = this.messages.at(-1);
    if (last?.role !== "assistant") this.messages.push({ role: "assistant", content: "", toolRequests: [request] });
    else this.messages.splice(-1, 1, { ...last, toolRequests: [...(last.toolRequests ?? []), request] });
  }

  /** Where the boundary repeated a call, the last answer counts. */
  #addToolResult(event: RunEvent<"tool.returned">): void {
    const index = this.#resultIndexes.get(event.effect) ?? this.messages.length;
    this.#resultIndexes.set(event.effect, index);
    this.messages[index] = toolMessage(event);
  }
}

function toolMessage({ callId, tool, result, error }: RunEvent<"tool.returned">): Message {
  if (error === undefined) return { role: "tool", callId, tool, result: result ?? null };
  return { role: "tool", callId, tool, result: result ?? error.message, isError: true };
}
