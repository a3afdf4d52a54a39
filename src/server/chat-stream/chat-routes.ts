import type { RunRecord } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import { expectJson, parseBody } from "../read-body.ts";
import type { MountGroup, ServerDeps } from "../route-context.ts";
import { findChat, openChat } from "./open-chat.ts";
import { readChatRequest } from "./read-chat-request.ts";
import { actOnWish } from "./act-on-wish.ts";
import { answerChat } from "./write-chat.ts";

/** The AI SDK's chat transport (`useChat`, `DefaultChatTransport`): a chat is a session, an assistant's message a run. */
export const mountChatRoutes: MountGroup = (mount, deps) => {
  mount("chat.send", async (c, { principal, text }) => {
    expectJson(c.env.incoming);
    const request = readChatRequest(parseBody(await text()));
    const session = await openChat(request, { principal, deps });
    const follow = await actOnWish(request, { session, principal, deps });
    return answerChat(c, follow, deps);
  });
  mount("chat.resume", async (c, { principal, params }) => {
    // Somebody else's chat and one that has not begun look the same: nothing to go on with.
    const session = await findChat(params.id, { principal, deps });
    const run = session && (await runToShow(session.id, deps));
    return run === undefined ? c.body(null, 204) : answerChat(c, { run, fromSeq: 0 }, deps);
  });
};

/**
 * The run under way, or the first that waits; else the last one for a while after its end, because it may have ended while its client was cut
 * off. A client that has the message already gets the same one again, under the same id.
 */
async function runToShow(sessionId: RunRecord["sessionId"], deps: ServerDeps): Promise<RunRecord | undefined> {
  const { store, clock } = deps;
  for (const status of ["running", "paused", "queued"] as const) {
    const run = (await store.listRuns({ sessionId, status, limit: LIMITS.sessionQueueMax })).at(-1);
    if (run) return run;
  }
  const [last] = await store.listRuns({ sessionId, limit: 1 });
  if (last === undefined) return undefined;
  return clock.nowMs() - (last.endedAtMs ?? 0) <= LIMITS.chatReplayMs ? last : undefined;
}
