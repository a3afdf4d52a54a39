import { createHash } from "node:crypto";
import { ROUTES } from "../../api/index.ts";
import type { Principal, RunRecord, Session } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { authorise, seesAll } from "../auth/authorise.ts";
import { definedOnly } from "../defined-only.ts";
import { decideApprovals } from "../run-parts/index.ts";
import type { ServerDeps } from "../route-context.ts";
import type { ResponseAsk, ResponseRequest } from "./read-response-request.ts";
import { requestMetadata } from "./response-object.ts";

interface Caller {
  readonly principal: Principal;
  readonly deps: ServerDeps;
  readonly idempotencyKey: string | undefined;
}

/** The run that answers: a new one, or the one whose approvals are decided. */
export async function beginResponse(request: ResponseRequest, caller: Caller): Promise<RunRecord> {
  const { ask } = request;
  if (ask.kind === "decide") return decide(request, ask, caller);
  const { deps, principal, idempotencyKey } = caller;
  const session = await sessionFor(request, caller);
  if (session.agent !== request.agent) {
    const why = `model: this conversation is with ${session.agent}`;
    throw new AegisError("request.invalid", why, { details: { param: "model" } });
  }
  const { isBackground, metadata, previous } = request;
  const { run } = await deps.runtime.startRun({
    sessionId: session.id,
    message: ask.text,
    metadata: requestMetadata({ isBackground, metadata, previousResponseId: previous?.responseId ?? null }),
    by: principal.name,
    ...definedOnly({ idempotencyKey }),
  });
  return run;
}

async function decide(
  { agent, previous }: ResponseRequest,
  { runId, decisions }: Extract<ResponseAsk, { kind: "decide" }>,
  { principal, deps }: Caller,
): Promise<RunRecord> {
  authorise(principal, ROUTES["runs.decide"].needs);
  const run = await deps.ownRun(principal, runId);
  const param = run.agent === agent ? "previous_response_id" : "model";
  if (run.agent !== agent || (previous !== undefined && previous.runId !== run.id)) {
    throw new AegisError("request.invalid", `${param}: the approval was asked for by another response`, {
      details: { param },
    });
  }
  await decideApprovals(deps.runtime, { runId: run.id, by: principal.name, decisions });
  return run;
}

async function sessionFor({ agent, previous, conversation }: ResponseRequest, caller: Caller): Promise<Session> {
  const { principal, deps, idempotencyKey } = caller;
  if (conversation !== undefined) return deps.ownSession(principal, conversation);
  if (previous === undefined) return newSession(agent, caller);
  const run = await deps.ownRun(principal, previous.runId);
  const [latest] = await deps.store.listRuns({ sessionId: run.sessionId, limit: 1 });
  const isSentAgain = idempotencyKey !== undefined && latest?.idempotencyKey === idempotencyKey;
  if (latest?.id !== run.id && !isSentAgain) {
    throw new AegisError("responses.not_latest", "The conversation has gone on since that response", {
      details: { param: "previous_response_id" },
    });
  }
  return deps.ownSession(principal, run.sessionId);
}

/** With a key the session's id follows from it, so that a request sent again finds the session it made. */
async function newSession(agent: string, { principal, deps, idempotencyKey }: Caller): Promise<Session> {
  const { userId: ownerId } = principal;
  if (!seesAll(principal)) await deps.sessionCounts.expectRoom(ownerId);
  const id = idempotencyKey === undefined ? undefined : keyedId(ownerId, idempotencyKey);
  try {
    const session = await deps.runtime.createSession({ agent, ownerId, ...definedOnly({ id }) });
    deps.sessionCounts.add(ownerId);
    return session;
  } catch (error) {
    if (id === undefined || !(error instanceof AegisError && error.code === "session.exists")) throw error;
    return deps.ownSession(principal, id);
  }
}

function keyedId(ownerId: string, key: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([ownerId, key]))
    .digest("hex");
  return `resp-${hash.slice(0, 32)}`;
}
