import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect } from "./connect.ts";
import type { ConnectionState } from "./follow-run.ts";
import { collect, logOf, serveByHand, type Treatment } from "./serve-by-hand.test-kit.ts";
import type { ConnectOptions } from "./transport.ts";

const QUICK = { baseMs: 1, capMs: 4, attemptsMax: 50 };

test("sees the whole log once and in order, whatever happens on the way", async () => {
  const treatment: fc.Arbitrary<Treatment> = fc.oneof(
    fc.record({ kind: fc.constantFrom("break", "end"), afterBytes: fc.nat(4_000) }),
    fc.record({ kind: fc.constant("stall"), afterBytes: fc.nat(2_000) }),
    fc.record({
      kind: fc.constant("status"),
      status: fc.constantFrom(408, 425, 429, 500, 502, 503),
      headers: fc.constantFrom({}, { "retry-after": "0" }),
    }),
    fc.constantFrom<Treatment>({ kind: "refuse" }, { kind: "repeat" }),
  );
  const form = fc.record({
    newline: fc.constantFrom("\n", "\r", "\r\n"),
    chunkBytes: fc.integer({ min: 1, max: 300 }),
    retryMs: fc.constant(1),
  });
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 30 }), { maxLength: 15 });
  const step = fc.integer({ min: 1, max: 3 });
  await fc.assert(
    fc.asyncProperty(
      texts,
      step,
      fc.array(treatment, { maxLength: 8 }),
      form,
      async (words, gap, treatments, shape) => {
        const log = logOf(words, { step: gap });
        const server = await serveByHand({ log, treatments, form: shape });
        try {
          const run = connect({ url: server.url, backoff: QUICK, silenceMs: 60 }).run("r");
          expect(await collect(run.events())).toEqual(log);
        } finally {
          await server.close();
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("the answer's text comes without loss or repetition over broken connections", async () => {
  const words = ["Grüße, ", "you have ", "🍐🍐 ", "left."];
  const cuts = [120, 300, 450, 600, 700].map((afterBytes) => ({ kind: "break", afterBytes }) as const);
  const { run } = await open({ log: logOf(words), treatments: cuts });
  const updates = await collect(run.text());
  expect(updates.map(({ added }) => added).join("")).toBe(words.join(""));
  expect(updates.at(-1)).toEqual({ text: words.join(""), added: "", isAnswer: true });
  expect(await run.answer()).toBe(words.join(""));
});

test("begins at the event asked for, and asks for it by its offset", async () => {
  const log = logOf(["a", "b", "c"]);
  const { run, server } = await open({ log });
  expect(await collect(run.events({ fromSeq: 3 }))).toEqual(log.slice(3));
  expect(server.seen[0]?.headers["last-event-id"]).toBe("2");
  // Past its end nothing follows: the server says 204.
  expect(await collect(run.events({ fromSeq: 99 }))).toEqual([]);
});

test("waits longer each time without progress, as long as Retry-After says, and from the beginning after progress", async () => {
  const waits: number[] = [];
  const busy = (headers: Record<string, string> = {}): Treatment => ({ kind: "status", status: 503, headers });
  const log = logOf(["a", "b"]);
  const { run } = await open(
    { log, treatments: [busy(), busy(), busy({ "retry-after": "7" }), { kind: "break", afterBytes: 300 }, busy()] },
    { backoff: { baseMs: 100, capMs: 350 }, random: () => 1, wait: (ms) => Promise.resolve(void waits.push(ms)) },
  );
  expect(await collect(run.events())).toEqual(log);
  expect(waits).toEqual([100, 200, 7_100, 100, 200]);
});

test("tells how the connection is", async () => {
  const states: ConnectionState[] = [];
  const { run } = await open({ log: logOf(["a"]), treatments: [{ kind: "break", afterBytes: 250 }] });
  await collect(run.events({ onConnection: (state) => states.push(state) }));
  expect(states.map(({ state }) => state)).toEqual(["connecting", "open", "waiting", "connecting", "open"]);
  expect(states[2]).toMatchObject({ because: { code: "client.unreachable" } });
});

test("takes a silent connection for a dead one, but not one that is heard", async () => {
  const { run, server } = await open(
    { log: logOf(["a", "b"]), treatments: [{ kind: "stall", afterBytes: 300 }] },
    { silenceMs: 80 },
  );
  expect(await run.answer()).toBe("ab");
  expect(server.seen).toHaveLength(2);
});

test("an event that takes long to work on breaks nothing", async () => {
  const log = logOf(["a", "b"]);
  const { run, server } = await open({ log }, { silenceMs: 400 });
  const seen = [];
  for await (const event of run.events()) {
    seen.push(event);
    if (event.seq === 1) await new Promise((resolve) => setTimeout(resolve, 900));
  }
  expect(seen).toEqual(log);
  expect(server.seen).toHaveLength(1);
});

test.each([
  { status: 401, code: "auth.missing" },
  { status: 403, code: "auth.forbidden" },
  { status: 404, code: "run.not_found" },
  { status: 416, code: "log.bad_offset" },
])("a $status ends it, with the server's words", async ({ status, code }) => {
  const body = { type: `urn:aegis:error:${code}`, title: code, status, detail: "No.", code, fix: "Do this." };
  const { run, server } = await open({ treatments: [{ kind: "status", status, body }] });
  await expect(collect(run.events())).rejects.toMatchObject({
    name: "ProblemError",
    message: "No.",
    status,
    code,
    fix: "Do this.",
  });
  expect(server.seen).toHaveLength(1);
});

test("an answer whose head was cut, which a browser takes for an empty one, is asked for again", async () => {
  const log = logOf(["a", "b"]);
  const { run, server } = await open({ log, treatments: [{ kind: "status", status: 200 }] });
  expect(await collect(run.events())).toEqual(log);
  expect(server.seen).toHaveLength(2);
});

test("another program's page is said to be one", async () => {
  const { run } = await open({
    treatments: [{ kind: "status", status: 200, headers: { "content-type": "text/html" } }],
  });
  await expect(collect(run.events())).rejects.toMatchObject({ code: "client.bad_answer" });
});

test("gives up after many tries that brought nothing", async () => {
  const treatments = Array.from({ length: 9 }, () => ({ kind: "refuse" }) as const);
  const { run, server } = await open({ treatments }, { backoff: { ...QUICK, attemptsMax: 4 } });
  await expect(collect(run.events())).rejects.toMatchObject({ code: "client.unreachable", status: 0 });
  expect(server.seen).toHaveLength(4);
});

test("a connection that lived counts as none that failed: a run may wait for days", async () => {
  const treatments = Array.from({ length: 9 }, () => ({ kind: "beat", count: 2 }) as const);
  const log = logOf(["a"]);
  const { run } = await open({ log, treatments }, { backoff: { ...QUICK, attemptsMax: 4 } });
  expect(await collect(run.events())).toEqual(log);
  // One comment is a greeting, as of a server that takes everybody in and then falls over.
  const greetings = treatments.map((each) => ({ ...each, count: 1 }));
  const { run: other } = await open({ log, treatments: greetings }, { backoff: { ...QUICK, attemptsMax: 4 } });
  await expect(collect(other.events())).rejects.toMatchObject({ code: "client.unreachable" });
});

test("a loop left early closes its connection", async () => {
  const { run, server } = await open({ log: logOf(["a", "b"]), treatments: [{ kind: "stall", afterBytes: 500 }] });
  for await (const event of run.events()) if (event.seq === 0) break;
  await vi.waitFor(() => expect(server.openCount()).toBe(0));
});

test("an abort ends the loop while it reads and while it waits", async () => {
  const stop = new Error("enough");
  const { run, server } = await open({
    log: logOf(["a"]),
    treatments: [
      { kind: "stall", afterBytes: 300 },
      { kind: "status", status: 503, headers: { "retry-after": "60" } },
    ],
  });
  const reading = new AbortController();
  const events = run.events({ signal: reading.signal });
  await events.next();
  reading.abort(stop);
  await expect(collect(events)).rejects.toBe(stop);
  await vi.waitFor(() => expect(server.openCount()).toBe(0));
  const waiting = new AbortController();
  const onConnection = ({ state }: ConnectionState) => state === "waiting" && waiting.abort(stop);
  await expect(collect(run.events({ signal: waiting.signal, onConnection }))).rejects.toBe(stop);
});

test("a run without an answer is told as one", async () => {
  const log = logOf(["half"]).map((event) =>
    event.type === "run.ended" ? { ...event, outcome: "cancelled" as const } : event,
  );
  const { run } = await open({ log });
  await expect(run.answer()).rejects.toMatchObject({
    code: "client.no_answer",
    message: "The run has no answer (cancelled)",
  });
});

async function open(server: Parameters<typeof serveByHand>[0], options: Partial<ConnectOptions> = {}) {
  const served = await serveByHand(server);
  onTestFinished(() => served.close());
  return { server: served, run: connect({ url: served.url, backoff: QUICK, ...options }).run("r") };
}
