import { createHash } from "node:crypto";
import type { RunEvent } from "../../domain/index.ts";

const NAME_LENGTH = 12;

/**
 * A short name for the system prompt that several logs of one eval run begin with: a hash of the lines all of them
 * share, so that a date or a user's name in it makes no prompt of its own. Null where no log tells.
 */
export function promptOfLogs(logs: readonly (readonly RunEvent[])[]): string | null {
  const texts = logs.map(systemText).filter((text) => text !== undefined);
  const [first, ...others] = texts.map((text) => text.split("\n"));
  if (!first) return null;
  const sets = others.map((lines) => new Set(lines));
  // Sorted, so that it does not matter which log is read first.
  const shared = [...new Set(first)].filter((line) => sets.every((lines) => lines.has(line))).toSorted();
  return createHash("sha256").update(shared.join("\n")).digest("hex").slice(0, NAME_LENGTH);
}

/** What the first model call was told, what the conversation begins with, or what a recording calls its policy. */
function systemText(events: readonly RunEvent[]): string | undefined {
  const prompts = events.flatMap((event) => (event.type === "model.called" ? [event.added] : []));
  const told = (prompts[0] ?? []).flatMap((message) => (message.role === "system" ? [message.content] : []));
  if (told.length > 0) return told.join("\n");
  const received = events.flatMap((event) =>
    event.type === "message.received" && event.from === "system" ? [event.content] : [],
  );
  if (received.length > 0) return received.join("\n");
  const [start] = events;
  const policy = start?.type === "run.started" ? start.attributes?.["policy"] : undefined;
  return typeof policy === "string" ? policy : undefined;
}
