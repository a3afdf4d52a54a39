import { expect, test } from "vitest";
import type { RecordedStep } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { call, openReplayed, ORDERS, takeOf } from "./open-replayed.test-kit.ts";

test("calls are answered by tool and arguments, equal ones in their recorded order, and no tool runs", async () => {
  const { ask, liveCount, replay } = openReplayed([ORDERS]);
  expect(await ask("orders.get", { id: "W2" })).toBe("open");
  expect(await ask("orders.get", { id: "W1", full: true })).toBe("open");
  expect(await ask("orders.get", { full: true, id: "W1" })).toBe("cancelled");
  expect(liveCount()).toBe(0);
  expect(replay.report()).toEqual({
    take: "failure",
    answeredCount: 3,
    misses: [],
    unused: [{ tool: "orders.cancel", arguments: { id: "W1" } }],
  });
});

test("a recorded error is thrown as it was, with its status", async () => {
  const error = { name: "HttpError", message: "409 taken", status: 409, retryAfterMs: 5 };
  const { result: _result, ...failed } = call("orders.get", {}, null) as { readonly result: Json };
  const { ask, log } = openReplayed([takeOf("failure", [{ ...failed, error } as RecordedStep])]);
  await expect(ask("orders.get", {})).rejects.toMatchObject(error);
  expect(log.at(-1)).toMatchObject({ type: "tool.returned", error });
});

test("a miss is told with the nearest recorded call, and the agent never hears of it", async () => {
  const { ask, missed, log, replay } = openReplayed([ORDERS]);
  const asking = ask("orders.get", { id: "W3", full: true });
  const end = await Promise.race([asking.catch(() => "error"), new Promise((done) => setTimeout(done, 20, "open"))]);
  expect(end).toBe("open");
  expect(missed.map(({ code, message }) => ({ code, message }))).toMatchInlineSnapshot(`
    [
      {
        "code": "replay.miss",
        "message": "the recording has no answer to orders.get {"full":true,"id":"W3"}; the nearest recorded call is orders.get {"full":true,"id":"W1"} (id differs)",
      },
    ]
  `);
  expect(log.map(({ type }) => type)).toEqual(["tool.called"]);
  expect(replay.report().misses).toEqual([
    {
      tool: "orders.get",
      arguments: { id: "W3", full: true },
      nearest: { tool: "orders.get", arguments: { id: "W1", full: true } },
    },
  ]);
});

test.each([
  { tool: "orders.cancel", given: { id: "W1" }, says: "more often than it was recorded" },
  { tool: "orders.cancle", given: { id: "W1" }, says: "the nearest recorded call is orders.cancel" },
  { tool: "weather", given: {}, says: "it holds no call of a tool with such a name" },
])("what is missing is said: $says", async ({ tool, given, says }) => {
  const { ask, missed } = openReplayed([ORDERS]);
  await ask("orders.cancel", { id: "W1" });
  void ask(tool, given);
  await new Promise(setImmediate);
  expect(missed[0]?.message).toContain(says);
});

test("with `live` what is not recorded reaches the real tool, and is reported", async () => {
  const { ask, liveCount, missed, replay } = openReplayed([ORDERS], { onMiss: "live" });
  expect(await ask("orders.get", { id: "W9" })).toBe("live");
  expect([liveCount(), missed.length, replay.report().misses.length]).toEqual([1, 0, 1]);
});

test("of several recorded runs the one answers that holds most of what was called", async () => {
  const good = takeOf("good", [
    call("orders.get", { id: "W1" }, "open"),
    call("orders.refund", { id: "W1" }, "refunded"),
    call("orders.get", { id: "W1" }, "refunded"),
  ]);
  const failure = takeOf("failure", [
    call("orders.get", { id: "W1" }, "open"),
    call("orders.get", { id: "W1" }, "still open"),
  ]);
  const { ask, replay } = openReplayed([failure, good]);
  await ask("orders.get", { id: "W1" });
  await ask("orders.refund", { id: "W1" });
  expect(await ask("orders.get", { id: "W1" })).toBe("refunded");
  expect(replay.report()).toMatchObject({ take: "good", unused: [], misses: [] });
});

test("a member too many counts against a recorded call that has all the others", async () => {
  const asked = { id: "W1" };
  const { ask, missed } = openReplayed([
    takeOf("failure", [
      call("orders.get", { id: "W1", full: true, page: 2, sort: "up" }, "open"),
      call("orders.get", { id: "W2" }, "open"),
    ]),
  ]);
  void ask("orders.get", asked);
  await new Promise(setImmediate);
  expect(missed[0]?.message).toContain('the nearest recorded call is orders.get {"id":"W2"}');
});

test("more calls held count for more than calls held in their order", async () => {
  const ids = ["W1", "W2", "W3"];
  const backwards = takeOf(
    "backwards",
    ids.toReversed().map((id) => call("orders.get", { id }, `backwards ${id}`)),
  );
  const short = takeOf("short", [
    call("orders.get", { id: "W1" }, "short W1"),
    call("orders.get", { id: "W2" }, "short W2"),
  ]);
  for (const takes of [
    [backwards, short],
    [short, backwards],
  ]) {
    const { ask, replay } = openReplayed(takes);
    expect(await ask("orders.get", { id: "W1" })).toBe(`${takes[0]?.name} W1`);
    // Level, and `short` has both in its order.
    expect(await ask("orders.get", { id: "W2" })).toBe("short W2");
    expect(await ask("orders.get", { id: "W3" })).toBe("backwards W3");
    expect(replay.report()).toMatchObject({ take: "backwards", misses: [] });
  }
});

test("answers come at once where no pace is asked for", async () => {
  const slow = { ...call("orders.get", {}, "open"), durationMs: 60_000 } as RecordedStep;
  const { ask } = openReplayed([takeOf("failure", [slow])]);
  const end = await Promise.race([ask("orders.get", {}), new Promise((done) => setTimeout(done, 1_000, "late"))]);
  expect(end).toBe("open");
});

test("answers take their recorded time where that is asked for", async () => {
  const { ask, log } = openReplayed([ORDERS], { pace: "recorded" });
  await ask("orders.get", { id: "W2" });
  expect((log.at(-1) as { durationMs: number }).durationMs).toBeGreaterThanOrEqual(39);
});

test("a fault goes before the recording, and uses nothing of it up", async () => {
  const faults = [{ on: "tool orders.get", call: 1, do: "unavailable" }];
  const { ask } = openReplayed([ORDERS], { faults });
  await expect(ask("orders.get", { id: "W2" })).rejects.toMatchObject({ status: 503 });
  expect(await ask("orders.get", { id: "W2" })).toBe("open");
});

test("a call that a fault answers is in the recording to be made, not to answer", async () => {
  const step = { ...call("orders.get", { id: "W2" }, "never"), byFault: true } as RecordedStep;
  const { ask } = openReplayed([takeOf("failure", [step, call("orders.get", { id: "W2" }, "open")])]);
  expect(await ask("orders.get", { id: "W2" })).toBe("open");
});
