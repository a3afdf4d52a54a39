import { ROUTES } from "../../api/index.ts";
import type { Principal, RunRecord, Session } from "../../domain/index.ts";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import { authorise } from "../auth/authorise.ts";
import { definedOnly } from "../defined-only.ts";
import { decideApprovals } from "../run-parts/index.ts";
import type { ServerDeps } from "../route-context.ts";
import type { ChatRequest, ChatWish } from "./read-chat-request.ts";

/** The run whose message the client shows next, and how much of it the client has. */
export interface ChatFollow {
  readonly run: RunRecord;
  readonly fromSeq: number;
}

interface Place {
  readonly session: Session;
  readonly principal: Principal;
  readonly deps: ServerDeps;
}

/** Does what a chat request wants. */
export async function actOnWish(request: ChatRequest, place: Place): Promise<ChatFollow> {
  const { wish } = request;
  switch (wish.kind) {
    case "message":
      return say(request, wish, place);
    case "again":
      return sayAgain(request, wish.text, place);
    case "decide":
      return decide(wish, place);
  }
}

async function say(
  request: ChatRequest,
  { text, messageId }: Extract<ChatWish, { kind: "message" }>,
  { session, principal, deps }: Place,
): Promise<ChatFollow> {
  const { run, how } = await deps.runtime.startRun({
    ...startOf(request, text),
    sessionId: session.id,
    by: principal.name,
    // The client's id of the message: a request sent again finds the run it began.
    ...definedOnly({ idempotencyKey: messageId === undefined ? undefined : `chat:${messageId}` }),
  });
  if (how === "found" && run.input.message !== text) {
    throw new AegisError("chat.history_changed", "This message was sent before, with another text");
  }
  return { run, fromSeq: 0 };
}

/** The last message once more, as a run of its own: what was answered before stays in the conversation. */
async function sayAgain(request: ChatRequest, text: string, { session, principal, deps }: Place): Promise<ChatFollow> {
  const [last] = await deps.store.listRuns({ sessionId: session.id, limit: 1 });
  if (last?.input.message !== text) {
    throw new AegisError("chat.history_changed", "Only the answer to the last message can be made again");
  }
  const start = {
    ...startOf(request, text),
    sessionId: session.id,
    whenBusy: "interrupt",
    by: principal.name,
  } as const;
  return { run: (await deps.runtime.startRun(start)).run, fromSeq: 0 };
}

async function decide(
  { runId, decisions, fromSeq }: Extract<ChatWish, { kind: "decide" }>,
  { session, principal, deps }: Place,
): Promise<ChatFollow> {
  authorise(principal, ROUTES["runs.decide"].needs);
  const run = await deps.ownRun(principal, runId);
  if (run.sessionId !== session.id) throw new AegisError("run.not_found", "There is no such run");
  await decideApprovals(deps.runtime, { runId: run.id, by: principal.name, decisions });
  const effects = decisions.map(({ effect }) => effect);
  return { run, fromSeq: fromSeq ?? (await seqBehindQuestions(run, effects, deps)) };
}

/** Where the stream ended that asked for these decisions: at the pause behind the last of them. */
async function seqBehindQuestions(run: RunRecord, effects: readonly number[], { store }: ServerDeps): Promise<number> {
  const events = await store.read(run.id, { limit: LIMITS.runEventsMax });
  const asked = events.findLastIndex((event) => event.type === "approval.requested" && effects.includes(event.effect));
  const pause = events.findIndex((event, index) => index > asked && event.type === "run.paused");
  return Math.max(asked, pause) + 1;
}

function startOf({ data, metadata, whenBusy }: ChatRequest, message: string) {
  return { message, whenBusy, ...definedOnly({ data, metadata }) };
}
