import type { RunEvent } from "../../domain/index.ts";

export type Answer = RunEvent<"message.sent">;

export function answersOf(events: readonly RunEvent[]): readonly Answer[] {
  return events.filter((event) => event.type === "message.sent");
}

/** What the user was left with. */
export function finalAnswerOf(events: readonly RunEvent[]): Answer | undefined {
  return events.findLast((event) => event.type === "message.sent");
}
