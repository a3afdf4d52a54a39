import { expect, test } from "vitest";
import { renderRows } from "../bench/clients/client-row.ts";
import { compareTold } from "../bench/clients/compare-told.ts";
import type { PlannedCut } from "../bench/clients/cut-plan.ts";
import { CutFinder } from "../bench/clients/find-cut.ts";
import { CLIENT_NAMES, measureClients } from "../bench/clients/measure-clients.ts";

/** The whole of it, with 200 cuts for each client: node bench/clients.ts */
const CUTS = 16;
const SAID_MAX = 200;

test(
  "curl, EventSource, openai, useChat and durable-streams, cut at random points, end with the exact same events",
  { timeout: 240_000 },
  async () => {
    const said: string[] = [];
    const say = (text: string) => void (said.length < SAID_MAX && said.push(text));
    const seed = `short-${Date.now().toString(36)}`;
    const rows = await measureClients({ seed, cutsPerClient: CUTS, kills: 1, clients: CLIENT_NAMES, say });
    const table = `seed ${seed}\n${renderRows(rows)}\n${said.join("\n")}`;
    expect(rows.flatMap(({ complaints }) => complaints).join("\n"), table).toBe("");
    for (const row of rows) {
      expect(row, table).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, different: 0 });
      expect(row.cuts, table).toBeGreaterThanOrEqual(CUTS);
      expect(row.killedRuns, table).toBe(2);
      expect(row.events, table).toBeGreaterThan(row.runs);
    }
  },
);

const at = (...places: readonly number[]) => places.map((place) => ({ place, content: { is: place } }));

test.each([
  { why: "all of it", told: at(0, 2, 3), faults: {} },
  { why: "the end missing", told: at(0, 2), faults: { lost: 1 } },
  { why: "one twice", told: at(0, 2, 2, 3), faults: { duplicated: 1 } },
  { why: "two the wrong way round", told: at(0, 3, 2), faults: { outOfOrder: 1 } },
  { why: "another content", told: [...at(0, 2), { place: 3, content: { is: 4 } }], faults: { different: 1 } },
  { why: "one that was never there", told: at(0, 1, 2, 3), faults: { different: 1 } },
])("the comparison of what a client was told: $why", ({ told, faults }) => {
  const none = { lost: 0, duplicated: 0, outOfOrder: 0, different: 0 };
  expect(compareTold(told, at(0, 2, 3))).toEqual({ ...none, ...faults });
});

const ANSWER = "HTTP/1.1 200 OK\r\n\r\ndata: ä\n\ndata: b\n\ndata: ü\n\n";
const headEnd = ANSWER.indexOf("data");
const CUTS_AT: readonly (readonly [PlannedCut, number | undefined])[] = [
  [{ kind: "before the first byte" }, 0],
  [{ kind: "after the headers" }, headEnd],
  [{ kind: "at a byte", bytes: 30 }, 30],
  [{ kind: "at a byte", bytes: 3_000 }, undefined],
  [{ kind: "between events", events: 1 }, headEnd + 10],
  [{ kind: "within an event", events: 1, bytes: 3 }, headEnd + 13],
  [{ kind: "between events", events: 4 }, undefined],
  [{ kind: "within a character", bytes: 0 }, headEnd + 7],
  [{ kind: "within a character", bytes: headEnd + 8 }, headEnd + 26],
  [{ kind: "at a time", afterMs: 1 }, undefined],
];

test.each(CUTS_AT)("a connection breaks where it is planned, however it comes in parts: %j", (cut, place) => {
  const bytes = Buffer.from(ANSWER);
  for (const size of [7, 23, bytes.length]) {
    const finder = new CutFinder(cut);
    let passed = 0;
    let found: number | undefined;
    while (found === undefined && passed < bytes.length) {
      const chunk = bytes.subarray(passed, passed + size);
      const inChunk = finder.placeIn(chunk);
      if (inChunk !== undefined) found = passed + inChunk;
      passed += chunk.length;
    }
    expect(found, `in chunks of ${size}`).toBe(place);
  }
});
