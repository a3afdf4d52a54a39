import { decodePageKey, encodePageKey, type PageKey } from "../../api/index.ts";
import type { Principal } from "../../domain/index.ts";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import { seesAll } from "../auth/authorise.ts";
import { definedOnly } from "../defined-only.ts";
import { eraseSession } from "../end-sessions.ts";
import { SSE_STREAM } from "../open-streams.ts";
import type { MountGroup, ServerContext } from "../route-context.ts";
import { writeRunEvents } from "./run-events.ts";

export const mountSessionRoutes: MountGroup = (mount, deps) => {
  const { runtime, store, sessionCounts } = deps;
  mount("agents.list", async (c) => c.json(await runtime.agents()));
  mount("workers.list", async (c) => c.json(await runtime.workers()));
  mount("sessions.create", async (c, { principal, body }) => {
    const ownerId = body.userId ?? principal.userId;
    if (!seesAll(principal)) {
      if (ownerId !== principal.userId) {
        throw new AegisError("auth.forbidden", "Only an operator begins sessions for others");
      }
      await sessionCounts.expectRoom(ownerId);
    }
    const { agent, id, metadata } = body;
    const session = await runtime.createSession({ agent, ownerId, ...definedOnly({ id, metadata }) });
    sessionCounts.add(ownerId);
    return c.json(session, 201);
  });
  mount("sessions.list", async (c, { principal, query: { agent, userId, limit, before } }) => {
    const ownerId = userId === undefined ? ownerOf(principal) : deps.ownUser(principal, userId);
    const page = { limit, ...definedOnly({ agent, ownerId, before: readPageKey(before) }) };
    return c.json(pageOf(await store.listSessions(page), limit));
  });
  mount("sessions.get", async (c, { principal, params }) => c.json(await deps.ownSession(principal, params.id)));
  mount("sessions.erase", async (c, { principal, params }) => {
    const session = await deps.ownSession(principal, params.id);
    await eraseSession(session, principal.name, deps);
    return c.body(null, 204);
  });
  mount("sessions.close", async (c, { principal, params }) => {
    const session = await deps.ownSession(principal, params.id);
    return c.json(await runtime.closeSession(session.id, principal.name));
  });
  mount("sessions.messages", async (c, { principal, params }) => {
    const session = await deps.ownSession(principal, params.id);
    return c.json(await runtime.conversation(session.id));
  });
  mount("sessions.runs", async (c, { principal, params, query: { limit, before } }) => {
    const session = await deps.ownSession(principal, params.id);
    const page = { sessionId: session.id, limit, ...definedOnly({ before: readPageKey(before) }) };
    return c.json(pageOf(await store.listRuns(page), limit));
  });
  mount("sessions.start-run", async (c, { principal, params, body }) => {
    const session = await deps.ownSession(principal, params.id);
    const started = await runtime.startRun({
      sessionId: session.id,
      session,
      message: body.message,
      ...definedOnly({ data: body.data, whenBusy: body.whenBusy, metadata: body.metadata }),
      ...definedOnly({ idempotencyKey: readIdempotencyKey(c) }),
      by: principal.name,
    });
    const { run } = started;
    if (!c.req.header("accept")?.includes("text/event-stream")) return c.json(started, 202);
    const options = { ...SSE_STREAM, headers: { ...SSE_STREAM.headers, "aegis-run-id": run.id } };
    return deps.stream(c, options, (stream) => writeRunEvents(stream, { runId: run.id, fromSeq: 0 }, deps));
  });
};

/** Whose things a list shows: one's own, or everybody's. */
export function ownerOf(principal: Principal): string | undefined {
  return seesAll(principal) ? undefined : principal.userId;
}

export function readPageKey(before: string | undefined): PageKey | undefined {
  return before === undefined ? undefined : decodePageKey(before);
}

export function pageOf<Item extends PageKey>(items: readonly Item[], limit: number) {
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? encodePageKey(last) : null };
}

/** @throws {AegisError} "request.invalid" */
export function readIdempotencyKey(c: ServerContext): string | undefined {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return undefined;
  if (key !== "" && key.length <= LIMITS.idempotencyKeyCharactersMax) return key;
  const charactersMax = LIMITS.idempotencyKeyCharactersMax;
  throw new AegisError("request.invalid", `Idempotency-Key: expected 1 to ${charactersMax} characters`);
}
