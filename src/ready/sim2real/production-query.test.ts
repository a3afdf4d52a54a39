import { expect, test } from "vitest";
import { parseProductionQuery } from "./production-query.ts";

const nowMs = Date.parse("2026-11-21T12:00:00Z");
const parse = (text: string) => parseProductionQuery(text, { nowMs });

test.each([
  ["live", { kind: "live" }],
  [" run:nightly 7 ", { kind: "run", name: "nightly 7" }],
  [
    "agent=support since=7d origin=observed",
    {
      kind: "traces",
      filter: { agent: "support", origin: "observed", startedFromMs: Date.parse("2026-11-14T12:00:00Z") },
    },
  ],
  [
    'text="refund twice" tool=orders.get until=2026-11-01 outcome=failed',
    {
      kind: "traces",
      filter: { text: "refund twice", tool: "orders.get", startedToMs: Date.parse("2026-11-01"), outcome: "failed" },
    },
  ],
  [
    "min-cost=$0.05 min-duration=1.5s min-errors=2 user=a=b",
    { kind: "traces", filter: { costMicroUsdMin: 50_000, durationMsMin: 1_500, errorCountMin: 2, user: "a=b" } },
  ],
])("%s", (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each([
  { text: "", says: "is empty", fix: "run:NAME" },
  { text: "run:", says: "names no run", fix: "aegis eval list" },
  { text: "nightly", says: '"nightly" is no key=value', fix: "run:nightly" },
  { text: "agnt=x", says: 'did you mean "agent"', fix: "Use agent" },
  { text: "toString=x", says: 'no key "toString"', fix: "Use agent" },
  { text: "agent=", says: "agent has no value", fix: "leave agent out" },
  { text: "agent=a agent=b", says: "agent stands twice", fix: "once" },
  { text: "since=7x", says: "since=7x is no time", fix: "since=30m" },
  { text: "since=2026-13-40", says: "is no time", fix: "2026-11-01" },
  { text: "since=1d until=2d", says: "since lies after until", fix: "Swap" },
  { text: "origin=prod", says: 'origin cannot be "prod"', fix: "trial, live, observed" },
  { text: "min-errors=-1", says: "is no number of 0 or more", fix: "min-errors=1" },
  { text: `text=${"w".repeat(1_001)}`, says: "text has 1001 characters", fix: "fewer words" },
  { text: 'text="open', says: "a quote is not closed", fix: "Close it" },
])("refuses $text and names the fix", ({ text, says, fix }) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      code: "ready.bad_query",
      message: expect.stringContaining(says),
      fix: expect.stringContaining(fix),
    }),
  );
});
