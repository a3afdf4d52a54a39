import type { RunSignalBody } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { definedOnly } from "../defined-only.ts";
import type { Asked, MountGroup } from "../route-context.ts";
import { answerDurableStream, answerDurableStreamHead } from "./durable-stream.ts";
import { answerRunEvents } from "./run-events.ts";
import { ownerOf, pageOf, readPageKey } from "./sessions.ts";

export const mountRunRoutes: MountGroup = (mount, deps) => {
  const { runtime, store } = deps;
  mount("runs.list", async (c, { principal, query: { status, agent, limit, before } }) => {
    const filter = definedOnly({ status, agent, ownerId: ownerOf(principal), before: readPageKey(before) });
    return c.json(pageOf(await store.listRuns({ limit, ...filter }), limit));
  });
  mount("runs.get", async (c, { principal, params }) => c.json(await deps.ownRun(principal, params.id)));
  mount("runs.events", (c, asked) => answerRunEvents(c, asked, deps));
  mount("runs.stream", (c, asked) => answerDurableStream(c, asked, deps));
  mount("runs.stream-head", (c, asked) => answerDurableStreamHead(c, asked, deps));
  mount("runs.decisions", async (c, { principal, params }) => {
    const run = await deps.ownRun(principal, params.id);
    return c.json(await runtime.pendingDecisions(run.id));
  });
  mount("runs.decide", async (c, { principal, params, body }) => {
    const run = await deps.ownRun(principal, params.id);
    return c.json(await runtime.signal(run.id, { by: principal.name, body: signalOf(body) }), 202);
  });
  mount("runs.cancel", async (c, { principal, params }) => {
    const run = await deps.ownRun(principal, params.id);
    await runtime.signal(run.id, { by: principal.name, body: { kind: "cancel" } }).catch(unlessCancelled);
    return c.json(await runtime.run(run.id), 202);
  });
};

function signalOf(body: Asked<"runs.decide">["body"]): RunSignalBody {
  if (body.kind === "approval") {
    const { kind, effect, decision } = body;
    return { kind, effect, decision, ...definedOnly({ arguments: body.arguments }) };
  }
  const { kind, effect, decision } = body;
  return { kind, effect, decision, ...definedOnly({ result: body.result }) };
}

/** Who says it twice means it once. */
function unlessCancelled(error: unknown): void {
  if (!(error instanceof AegisError && error.code === "run.already_decided")) throw error;
}
