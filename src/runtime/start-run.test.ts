import { afterEach, expect, test } from "vitest";
import type { AgentOptions } from "../agent/index.ts";
import { eventsOf, openPlace } from "../testing/open-place.ts";

const places: ReturnType<typeof openPlace>[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

/** A session with an agent that answers once its gate is open. */
async function openGated() {
  const place = openPlace();
  places.push(place);
  const gate = Promise.withResolvers<void>();
  const agent: AgentOptions = {
    name: "gated",
    version: "1",
    run: async ({ message, signal }) => {
      const aborted = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      await Promise.race([gate.promise, aborted]);
      return message;
    },
  };
  const { runtime, store } = await place.open([agent]);
  const { id: sessionId } = await runtime.createSession({ agent: "gated", ownerId: "ada" });
  return { runtime, store, sessionId, openGate: gate.resolve };
}

test("an interrupt that is said again, because its answer got lost, does not cancel the run it made", async () => {
  const { runtime, sessionId, openGate } = await openGated();
  await runtime.startRun({ sessionId, message: "before", by: "ada" });
  const start = { sessionId, message: "now", whenBusy: "interrupt" as const, idempotencyKey: "key", by: "ada" };
  const first = await runtime.startRun(start);
  const again = await runtime.startRun(start);
  expect([first.how, again.how, again.run.id]).toEqual(["started", "found", first.run.id]);
  openGate();
  expect((await eventsOf(runtime, first.run)).at(-1)).toMatchObject({ type: "run.ended", outcome: "answered" });
});

test("a message that steers and is said again is taken in once, also after the run has ended", async () => {
  const { runtime, store, sessionId, openGate } = await openGated();
  const start = { sessionId, message: "now", whenBusy: "steer" as const, idempotencyKey: "key", by: "ada" };
  const first = await runtime.startRun(start);
  expect([first.how, (await runtime.startRun(start)).how]).toEqual(["started", "found"]);
  const more = { ...start, message: "more", idempotencyKey: "more" };
  expect([(await runtime.startRun(more)).how, (await runtime.startRun(more)).how]).toEqual(["steered", "steered"]);
  expect(await store.listSignals(first.run.id)).toHaveLength(1);
  openGate();
  await eventsOf(runtime, first.run);
  const runs = async () => store.listSessionRuns(first.run.sessionId, { limit: 10 });
  await expect.poll(async () => (await runs()).map(({ status }) => status)).toEqual(["ended", "ended"]);
  expect(["found", "steered"]).toContain((await runtime.startRun(more)).how);
  expect((await runtime.startRun(start)).run.id).toBe(first.run.id);
  expect(await runs()).toHaveLength(2);
});

test("a session that is full or closed still knows what it took before", async () => {
  const { runtime, sessionId } = await openGated();
  const start = { sessionId, message: "first", idempotencyKey: "key", by: "ada" };
  const first = await runtime.startRun(start);
  for (let count = 1; count < 100; count += 1) await runtime.startRun({ sessionId, message: "more", by: "ada" });
  await expect(runtime.startRun({ ...start, idempotencyKey: "other" })).rejects.toMatchObject({
    code: "session.queue_full",
  });
  expect(await runtime.startRun(start)).toMatchObject({ how: "found", run: { id: first.run.id } });
  await runtime.closeSession(sessionId, "ada");
  expect(await runtime.startRun(start)).toMatchObject({ how: "found", run: { id: first.run.id } });
});
