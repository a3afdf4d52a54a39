import type { Principal, RunRecord } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { eraseSession } from "../end-sessions.ts";
import { expectJson, parseBody } from "../read-body.ts";
import type { MountGroup, ServerContext } from "../route-context.ts";
import { readIdempotencyKey } from "../routes/sessions.ts";
import { answerWhenDone, readResponse, streamResponse } from "./answer-response.ts";
import { beginResponse } from "./begin-response.ts";
import { knownRunId, readResponseRequest } from "./read-response-request.ts";
import { responseId } from "./response-ids.ts";

const FROM_THE_START = -1;

/** The OpenAI Responses API: `model` is an agent's name, a response is a run, a conversation a session. */
export const mountResponseRoutes: MountGroup = (mount, deps) => {
  const { runtime, store } = deps;
  const ownRun = (principal: Principal, id: string): Promise<RunRecord> => deps.ownRun(principal, knownRunId(id));

  mount("responses.create", async (c, { principal, text }) => {
    expectJson(c.env.incoming);
    const request = readResponseRequest(parseBody(await text()));
    const run = await beginResponse(request, { principal, deps, idempotencyKey: readIdempotencyKey(c) });
    if (request.isStream) return streamResponse(c, { run, startingAfter: FROM_THE_START }, deps);
    return request.isBackground ? c.json(await readResponse(run, deps)) : answerWhenDone(c, run, deps);
  });
  mount("responses.get", async (c, { principal, params }) => {
    const run = await ownRun(principal, params.id);
    const startingAfter = readStartingAfter(c);
    if (c.req.query("stream") === "true") return streamResponse(c, { run, startingAfter }, deps);
    return c.json(await readResponse(run, deps));
  });
  mount("responses.cancel", async (c, { principal, params }) => {
    const run = await ownRun(principal, params.id);
    await runtime.signal(run.id, { by: principal.name, body: { kind: "cancel" } }).catch(unlessOver);
    return answerWhenDone(c, run, deps);
  });
  mount("responses.delete", async (c, { principal, params }) => {
    const run = await ownRun(principal, params.id);
    const runs = await store.listRuns({ sessionId: run.sessionId, limit: 2 });
    // As its reader was told: the run's record says so a moment later.
    const { status } = await readResponse(run, deps);
    const isOver = status !== "queued" && status !== "in_progress";
    if (!isOver || runs.length > 1) {
      const why = isOver ? "Its conversation has other responses" : "It has not ended";
      throw new AegisError("responses.not_alone", why, { details: { session: run.sessionId } });
    }
    await eraseSession(await deps.ownSession(principal, run.sessionId), principal.name, deps);
    return c.json({ id: responseId(run.id), object: "response", deleted: true });
  });
};

/** @throws {AegisError} "request.invalid" */
function readStartingAfter(c: ServerContext): number {
  const text = c.req.query("starting_after");
  if (text === undefined) return FROM_THE_START;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AegisError("request.invalid", "starting_after: expected the number of an event", {
    details: { param: "starting_after" },
  });
}

/** Cancelling what is over, or cancelled, changes nothing. */
function unlessOver(error: unknown): void {
  const isOver = error instanceof AegisError && (error.code === "run.already_decided" || error.code === "run.ended");
  if (!isOver) throw error;
}
