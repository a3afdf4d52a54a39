import { expect, test } from "vitest";
import type { Id } from "../../../kernel/index.ts";
import { cellsOf, readAnnouncement, takeChains, type WaitingAppend } from "./append-chain.ts";

const event = { type: "message.sent", atMs: 1, witness: "runtime", body: "{}" } as const;
/** `a0+2`: to run a, expected at 0, two events. */
function waiting(text: string): WaitingAppend {
  const [, runId = "", expectedSeq, events] = /^(\w)(\d+)\+(\d+)$/.exec(text) ?? [];
  const settle = { resolve: () => {}, reject: () => {} };
  return {
    runId: runId as Id<"run">,
    expectedSeq: Number(expectedSeq),
    events: Array.from({ length: Number(events) }, () => event),
    ...settle,
  };
}

test.each([
  { what: "logs side by side", queue: "a0+1 b5+2", chains: "a0-1 b5-7", rest: 0 },
  { what: "appends that follow each other", queue: "a0+1 b0+1 a1+2 a3+0", chains: "a0-3 b0-1", rest: 0 },
  { what: "one that does not follow, and those behind it", queue: "a0+1 a0+1 a1+1 b0+1", chains: "a0-1 b0-1", rest: 2 },
  { what: "as many as fit", queue: "a0+3 b0+1 c0+1 a3+1", chains: "a0-3 b0-1", rest: 2 },
  { what: "the first, however large", queue: "a0+9 b0+1", chains: "a0-9", rest: 1 },
])("a batch takes $what", ({ queue, chains, rest }) => {
  const taken = takeChains(queue.split(" ").map(waiting), 4);
  expect(taken.chains.map(({ runId, firstSeq, nextSeq }) => `${runId}${firstSeq}-${nextSeq}`).join(" ")).toBe(chains);
  expect(taken.rest.length).toBe(rest);
});

test("columns hold each event with its run and place; announcements are read back", () => {
  const { chains } = takeChains(["a0+1", "b5+0", "a1+2"].map(waiting), 10);
  const [runIds, firstSeqs, announcements = [], eventRuns, seqs] = cellsOf(chains, "origin");
  expect([runIds, firstSeqs, eventRuns, seqs]).toEqual([
    ["a", "b"],
    [0, 5],
    ["a", "a", "a"],
    [0, 1, 2],
  ]);
  expect(announcements[1]).toBeNull();
  expect(readAnnouncement(String(announcements[0]))).toEqual({ origin: "origin", nextSeq: 3, runId: "a" });
});

test("an announcement holds any run's id, and what is none is nothing", () => {
  const [, , announcements = []] = cellsOf(
    takeChains([{ ...waiting("a0+1"), runId: "a b\n1 c" as Id<"run"> }], 10).chains,
    "o",
  );
  expect(readAnnouncement(String(announcements[0]))?.runId).toBe("a b\n1 c");
  expect(readAnnouncement("hello")).toBeUndefined();
  const long = { ...waiting("a0+1"), runId: "é".repeat(4_000) as Id<"run"> };
  expect(cellsOf(takeChains([long], 10).chains, "o")[2]).toEqual([null]);
});
