import { conversation } from "../../../log/index.ts";
import type { Message, RunEvent } from "../../../domain/index.ts";

export interface PromptFacts {
  /** Instructions the model was given; undefined where the log holds none. */
  readonly systemText?: string;
  /** Messages of the longest prompt, or of the conversation where that is longer. */
  readonly messageCount: number;
  /** Of the user, counted the same way. */
  readonly turnCount: number;
  /** Characters of the largest prompt, or of the whole conversation where no prompt was kept. */
  readonly contextCharacters: number;
  /** The largest prompt's text, for those who count tokens. */
  readonly contextText: () => string;
}

/** What the model was given, from prompts that the log keeps as differences. */
export function readPrompts(events: readonly RunEvent[]): PromptFacts {
  const talk = conversation(events);
  const largest = largestPrompt(events);
  const prompt = largest.messages;
  const usersOf = (messages: readonly Message[]) => messages.filter(({ role }) => role === "user").length;
  const systemText = systemTextOf(events);
  const shown = prompt.length > 0 ? prompt : talk;
  return {
    messageCount: Math.max(talk.length, prompt.length),
    turnCount: Math.max(usersOf(talk), usersOf(prompt)),
    contextCharacters: prompt.length > 0 ? largest.characters : charactersOf(talk),
    contextText: () => shown.map(messageText).join("\n"),
    ...(systemText !== undefined && { systemText }),
  };
}

function largestPrompt(events: readonly RunEvent[]): {
  readonly messages: readonly Message[];
  readonly characters: number;
} {
  let current: Message[] = [];
  let characters = 0;
  let largest = { messages: current, count: 0, characters: 0 };
  for (const event of events) {
    if (event.type !== "model.called") continue;
    // A prompt that only grows is kept in place: copying at each call would make long conversations slow.
    if (event.keptCount < current.length) {
      current = current.slice(0, event.keptCount);
      characters = charactersOf(current);
    }
    current.push(...event.added);
    characters += charactersOf(event.added);
    if (characters > largest.characters) largest = { messages: current, count: current.length, characters };
  }
  return { messages: largest.messages.slice(0, largest.count), characters: largest.characters };
}

/** Of the first prompt; else as it was received; else as an import noted it. */
function systemTextOf(events: readonly RunEvent[]): string | undefined {
  const first = events.find((event) => event.type === "model.called");
  const given = (first?.added ?? []).flatMap((message) => (message.role === "system" ? [message.content] : []));
  if (given.length > 0) return given.join("\n");
  const received = events.flatMap((event) =>
    event.type === "message.received" && event.from === "system" ? [event.content] : [],
  );
  if (received.length > 0) return received.join("\n");
  const started = events.find((event) => event.type === "run.started");
  const policy = started?.attributes?.["policy"];
  return typeof policy === "string" ? policy : undefined;
}

function charactersOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + messageText(message).length, 0);
}

function messageText(message: Message): string {
  if (message.role === "tool") {
    return typeof message.result === "string" ? message.result : JSON.stringify(message.result);
  }
  if (message.role !== "assistant" || message.toolRequests === undefined) return message.content;
  return message.content + JSON.stringify(message.toolRequests.map(({ tool, arguments: given }) => [tool, given]));
}
