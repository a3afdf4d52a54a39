import { afterEach, expect, test } from "vitest";
import type { AgentOptions } from "../agent/index.ts";
import type { Json } from "../kernel/index.ts";
import { eventsOf, openPlace } from "../testing/open-place.ts";

const places: ReturnType<typeof openPlace>[] = [];
const newPlace = () => {
  const place = openPlace();
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

/** Does what it is told with its user's memory, and answers with what came back. */
const rememberer: AgentOptions = {
  name: "rememberer",
  version: "1",
  run: async ({ input, context }) => {
    const { userMemory, agentMemory } = context;
    const [verb, key, value] = input as [string, string, Json];
    if (verb === "write") return JSON.stringify(await userMemory?.write(key, value));
    if (verb === "share") return JSON.stringify(await agentMemory.write(key, value));
    if (verb === "shared") return JSON.stringify((await agentMemory.read(key))?.value ?? null);
    if (verb === "search") return JSON.stringify((await userMemory?.search(key))?.map((found) => found.key));
    if (verb === "erase") return String(await userMemory?.erase(key));
    return JSON.stringify((await userMemory?.read(key))?.value ?? null);
  },
};

test("what an agent remembers of a user outlives the session, is versioned, searchable and nobody else's", async () => {
  const { runtime, store } = await newPlace().open([rememberer]);
  const say = async (ownerId: string, data: Json) => {
    const session = await runtime.createSession({ agent: "rememberer", ownerId });
    const { run } = await runtime.startRun({ sessionId: session.id, message: "do", data, by: ownerId });
    const events = await eventsOf(runtime, run);
    return { answer: events.flatMap((event) => (event.type === "message.sent" ? event.content : [])).join(), events };
  };
  expect(JSON.parse((await say("ada", ["write", "size", { shoes: 43 }])).answer)).toMatchObject({ version: 1 });
  const second = await say("ada", ["write", "size", { shoes: 44, note: "after the marathon" }]);
  expect(JSON.parse(second.answer)).toMatchObject({ version: 2 });
  expect((await say("ada", ["read", "size"])).answer).toContain("44");
  expect((await say("ada", ["search", "marathon"])).answer).toBe('["size"]');
  expect((await say("eve", ["read", "size"])).answer).toBe("null");
  expect((await say("eve", ["search", "marathon"])).answer).toBe("[]");
  await say("ada", ["share", "opening", "9 to 5"]);
  expect((await say("eve", ["shared", "opening"])).answer).toBe('"9 to 5"');
  // Checks can tell how old a memory was when it was read.
  const { events } = await say("ada", ["read", "size"]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "memory.returned", version: 2, updatedAtMs: expect.any(Number) }),
  );
  expect((await say("ada", ["erase", "size"])).answer).toBe("true");
  expect((await say("ada", ["search", "marathon"])).answer).toBe("[]");
  const gone = await store.eraseUser("ada");
  expect(gone.sessions).toBeGreaterThan(5);
  await expect(
    runtime.session(events[0]?.type === "run.started" ? (events[0].sessionId ?? "") : ""),
  ).rejects.toMatchObject({ code: "session.not_found" });
});
