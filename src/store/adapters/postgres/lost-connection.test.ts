import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { NewEvent, Session } from "../../../domain/index.ts";
import type { Id } from "../../../kernel/index.ts";
import { type PostgresServer, startPostgresServer, type StopMode } from "../../../testing/postgres-server.ts";
import { makeId } from "../../../testing/sample-records.ts";
import type { Store } from "../../store.ts";
import { openPostgresStore } from "./open-postgres-store.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgresServer();
});
afterAll(() => server.stop());

const stores: Store[] = [];
let wire: Wire;
beforeEach(async () => {
  wire = await openWire(server.port);
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
  await wire.close();
});
const newSchema = () => `place-${makeId().toLowerCase()}`;
const open = async (options: { url?: string; schema?: string; patienceMs?: number } = {}) => {
  const store = await openPostgresStore({ url: server.url, schema: newSchema(), ...options });
  stores.push(store);
  return store;
};
/** A store whose connections can be cut at a chosen moment. */
const openOverWire = (schema: string) =>
  open({ schema, url: server.url.replace(`:${server.port}/`, `:${wire.port}/`) });
const runId = () => makeId<"run">();
const said = (content: string): NewEvent => ({ type: "message.sent", content, atMs: 1, witness: "runtime" });
const withCode = (code: string) => expect.objectContaining({ code });
const contentsOf = async (store: Store, id: Id<"run">) =>
  (await store.read(id)).map((event) => ("content" in event ? event.content : undefined));
const newSession = (): Session => ({
  id: makeId<"session">(),
  agent: "support",
  ownerId: "ada",
  state: {},
  metadata: {},
  createdAtMs: 1,
  closedAtMs: null,
});

test.each(["question", "answer"] as const)("an append whose %s was lost is written once", async (what) => {
  const store = await openOverWire(newSchema());
  const id = runId();
  await store.append(id, [said("a")], 0);
  wire.lose(what, "aegis_append");
  expect(await store.append(id, [said("b"), said("c")], 1)).toBe(3);
  expect(wire.losses).toBe(1);
  expect(await store.append(id, [said("d")], 3)).toBe(4);
  expect(await contentsOf(store, id)).toEqual(["a", "b", "c", "d"]);
});

test("an append whose answer was lost does not take another writer's events for its own", async () => {
  const schema = newSchema();
  const [store, other] = [await openOverWire(schema), await open({ schema })];
  const [id, neighbour] = [runId(), runId()];
  await store.append(id, [said("a")], 0);
  wire.lose("question", "aegis_append", () => other.append(id, [said("theirs")], 1));
  const outcomes = await Promise.allSettled([
    store.append(id, [said("ours")], 1),
    store.append(neighbour, [said("untouched")], 0),
  ]);
  expect(wire.losses).toBe(1);
  expect(outcomes).toMatchObject([
    { status: "rejected", reason: { code: "log.conflict" } },
    { status: "fulfilled", value: 1 },
  ]);
  expect(await contentsOf(store, id)).toEqual(["a", "theirs"]);
});

test.each([
  { what: "question", of: "INSERT INTO session" },
  { what: "answer", of: "INSERT INTO session" },
  { what: "question", of: "COMMIT" },
  { what: "answer", of: "COMMIT" },
] as const)("a write is carried out once when the $what to $of was lost", async ({ what, of }) => {
  const store = await openOverWire(newSchema());
  wire.lose(what, of);
  const session = newSession();
  // A second attempt on top of the first would be refused with session.exists.
  await store.createSession(session);
  expect(wire.losses).toBe(1);
  expect(await store.findSession(session.id)).toEqual(session);
});

test("a read is asked again when its connection is lost", async () => {
  const store = await openOverWire(newSchema());
  await store.append("run" as Id<"run">, [said("a")], 0);
  for (const what of ["question", "answer"] as const) {
    // The name its statement has on a connection.
    wire.lose(what, "aegis_");
    expect((await store.read("run" as Id<"run">)).length).toBe(1);
  }
  expect(wire.losses).toBe(2);
});

test.each<StopMode>(["fast", "immediate"])(
  "restarts (%s) while many write: nothing acknowledged is lost, nothing is written twice or in part",
  async (mode) => {
    const schema = newSchema();
    const writers = [await open({ schema }), await open({ schema })];
    let isOver = false;
    const logs = Array.from({ length: 12 }, (_, index) => ({ id: runId(), store: writers[index % 2]!, written: 0 }));
    const sessions: Session[] = [];
    const appending = logs.map(async (log) => {
      while (!isOver) {
        const events = [0, 1, 2].map((offset) => said(`${log.id} ${log.written + offset}`));
        log.written = await log.store.append(log.id, events, log.written);
      }
    });
    const creating = writers.map(async (store) => {
      while (!isOver) {
        const session = newSession();
        await store.createSession(session);
        sessions.push(session);
      }
    });
    for (let round = 0; round < 4; round += 1) {
      const before = logs.map(({ written }) => written);
      await vi.waitFor(() => expect(logs.every(({ written }, index) => written > before[index]! + 9)).toBe(true), {
        timeout: 20_000,
        interval: 5,
      });
      await server.restart(mode);
    }
    isOver = true;
    await Promise.all([...appending, ...creating]);
    for (const { id, store, written } of logs) {
      const expected = Array.from({ length: written }, (_, index) => `${id} ${index}`);
      expect(await contentsOf(store, id)).toEqual(expected);
    }
    const kept = await server.run(`SELECT count(*)::int AS count FROM "${schema}".session`);
    expect(kept).toEqual([{ count: sessions.length }]);
  },
);

test("connections ended again and again while many write: the same holds", async () => {
  const store = await open();
  let isOver = false;
  const logs = Array.from({ length: 12 }, () => ({ id: runId(), written: 0 }));
  const appending = logs.map(async (log) => {
    while (!isOver) log.written = await store.append(log.id, [said(String(log.written))], log.written);
  });
  for (let round = 0; round < 40; round += 1) {
    await server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aegis'");
  }
  isOver = true;
  await Promise.all(appending);
  for (const { id, written } of logs) {
    expect(await contentsOf(store, id)).toEqual(Array.from({ length: written }, (_, index) => String(index)));
  }
});

test("a Postgres that stays away is unavailable after the patience, and used again when it is back", async () => {
  const store = await open({ patienceMs: 200 });
  const id = runId();
  const heard: number[] = [];
  store.onAppend(id, (nextSeq) => heard.push(nextSeq));
  await store.append(id, [said("a")], 0);
  await server.halt();
  try {
    await expect(store.append(id, [said("b")], 1)).rejects.toEqual(withCode("store.unavailable"));
    await expect(store.read(id)).rejects.toEqual(withCode("store.unavailable"));
    await expect(store.createSession(newSession())).rejects.toEqual(withCode("store.unavailable"));
    await expect(store.holdWorker("worker")).rejects.toEqual(withCode("store.unavailable"));
    await expect(open()).rejects.toEqual(withCode("store.unavailable"));
  } finally {
    await server.resume();
  }
  expect(await store.append(id, [said("b")], 1)).toBe(2);
  expect((await store.read(id)).length).toBe(2);
  expect(heard).toContain(2);
});

test("a store is closed while Postgres is away", async () => {
  const store = await openPostgresStore({ url: server.url, schema: newSchema(), patienceMs: 100 });
  const appending = store.append(runId(), [said("a")], 0).catch((error: unknown) => error);
  await server.halt();
  try {
    await store[Symbol.asyncDispose]();
  } finally {
    await server.resume();
  }
  expect([1, withCode("store.unavailable")]).toContainEqual(await appending);
});

interface Wire {
  readonly port: number;
  readonly losses: number;
  /** Once: cuts the connection instead of passing on a question that holds the text, or the answer to it. */
  lose(what: "question" | "answer", text: string, meanwhile?: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/** Passes everything on between the stores and Postgres, but for what it is told to lose. */
async function openWire(target: number): Promise<Wire> {
  let next: { what: "question" | "answer"; text: string; meanwhile: (() => Promise<unknown>) | undefined } | undefined;
  let losses = 0;
  const sockets = new Set<Socket>();
  const relay: Server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket.on("error", () => {}).on("close", () => [near, far].forEach((each) => each.destroy())));
    }
    let isLosingAnswer = false;
    const cut = async (meanwhile: (() => Promise<unknown>) | undefined) => {
      losses += 1;
      await meanwhile?.();
      near.destroy();
    };
    near.on("data", (question: Buffer) => {
      const loss = next !== undefined && question.includes(next.text) ? next : undefined;
      if (loss !== undefined) next = undefined;
      if (loss?.what === "question") return void cut(loss.meanwhile);
      isLosingAnswer ||= loss?.what === "answer";
      far.write(question);
    });
    far.on("data", (answer: Buffer) => {
      if (isLosingAnswer) void cut(undefined);
      else near.write(answer);
    });
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const address = relay.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    get losses() {
      return losses;
    },
    lose(what, text, meanwhile) {
      next = { what, text, meanwhile };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      relay.close();
      await once(relay, "close");
    },
  };
}
