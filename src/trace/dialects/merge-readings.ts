import type { Message } from "../../domain/index.ts";
import type { DialectReading } from "./dialect.ts";

/** One reading of several: the first that tells a field wins; of two conversations the one that says more. */
export function mergeReadings(readings: readonly DialectReading[]): DialectReading {
  const [only] = readings;
  if (only !== undefined && readings.length === 1) return only;
  const merged: Record<string, unknown> = {};
  for (const reading of readings) {
    for (const [name, value] of Object.entries(reading)) {
      if (value !== undefined) merged[name] = mergeField(name, merged[name], value);
    }
  }
  return merged as DialectReading;
}

/** Of two tellings of one conversation the longer; of equally long ones the one that holds more; else the first. */
export function fuller<Said extends Message>(
  first: readonly Said[] | undefined,
  second: readonly Said[] | undefined,
): readonly Said[] | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  if (first.length !== second.length) return first.length > second.length ? first : second;
  return weight(second) > weight(first) ? second : first;
}

const MEMBERWISE = ["tool", "usage", "settings"];

function mergeField(name: string, first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (name === "kind") return first === "other" ? second : first;
  if (name === "input" || name === "output") return fuller(first as readonly Message[], second as readonly Message[]);
  return MEMBERWISE.includes(name) ? { ...(second as object), ...(first as object) } : first;
}

/** How much of a conversation is there at all: messages with words, and calls, which no text replaces. */
function weight(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => {
    if (message.role === "tool") return sum + 1;
    const calls = message.role === "assistant" ? (message.toolRequests?.length ?? 0) : 0;
    return sum + (message.content === "" ? 0 : 1) + 2 * calls;
  }, 0);
}
