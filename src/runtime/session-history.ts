import type { Message, RunRecord } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";
import { conversation } from "../log/index.ts";
import type { Store } from "../store/index.ts";

/** What was said in the session's runs before this one, as an agent can go on from it. */
export async function sessionHistory(store: Store, run: Pick<RunRecord, "sessionId" | "position">): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const earlier of earlierRuns(store, run)) {
    messages.push(...answered(conversation(await store.read(earlier.id, { limit: LIMITS.runEventsMax }))));
  }
  return messages;
}

/** The session's runs before a position, in their order. */
async function* earlierRuns(store: Store, { sessionId, position }: Pick<RunRecord, "sessionId" | "position">) {
  const limit = LIMITS.pageRowsMax;
  let afterPosition = 0;
  for (;;) {
    const page = await store.listSessionRuns(sessionId, { limit, afterPosition });
    for (const each of page) {
      if (each.position >= position) return;
      yield each;
    }
    if (page.length < limit) return;
    afterPosition = page.at(-1)?.position ?? afterPosition;
  }
}

/** Providers refuse a tool call without its result, which is what a cancelled run leaves behind. */
export function answered(messages: readonly Message[]): Message[] {
  const results = new Set(messages.flatMap((message) => (message.role === "tool" ? message.callId : [])));
  return messages.flatMap((message) => {
    if (message.role !== "assistant" || message.toolRequests === undefined) return message;
    const { toolRequests, ...rest } = message;
    const kept = toolRequests.filter(({ callId }) => results.has(callId));
    if (kept.length > 0) return { ...rest, toolRequests: kept };
    return rest.content === "" ? [] : rest;
  });
}
