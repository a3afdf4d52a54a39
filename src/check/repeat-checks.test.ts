import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";
import { measureRepeats } from "./measure-repeats.ts";

const failed = { error: "503" };

test.each([
  { why: "nothing", events: log(), repeats: [0, 0, 0] },
  { why: "one call", events: log().tool("a"), repeats: [1, 1, 0] },
  { why: "one that failed", events: log().tool("a", {}, null, failed), repeats: [1, 0, 0] },
  { why: "a loop", events: log().tool("a").tool("a").tool("a"), repeats: [3, 3, 0] },
  { why: "other key order", events: log().tool("a", { x: 1, y: 2 }).tool("a", { y: 2, x: 1 }), repeats: [2, 2, 0] },
  { why: "new results", events: log().tool("a", {}, 1).tool("a", {}, 2).tool("a", {}, 2), repeats: [3, 2, 0] },
  { why: "other arguments", events: log().tool("a", { p: 1 }).tool("a", { p: 2 }), repeats: [1, 1, 0] },
  { why: "something in between", events: log().tool("a").tool("b").tool("a"), repeats: [1, 1, 0] },
  { why: "a message in between", events: log().tool("a").user("and?").tool("a"), repeats: [2, 2, 0] },
  {
    why: "retries",
    events: log().tool("a", {}, null, failed).tool("a", {}, null, failed).tool("a"),
    repeats: [3, 1, 2],
  },
  { why: "error results", events: log().tool("a", {}, "Error: no").tool("a", {}, "Error: no"), repeats: [2, 0, 1] },
  {
    why: "no results",
    events: log().tool("a", {}, null, { isOpen: true }).tool("a", {}, null, { isOpen: true }),
    repeats: [2, 0, 0],
  },
])("$why repeats $repeats", ({ events, repeats }) => {
  const { repeatConsecutive, noProgressRepeat, retriesRightAfterError } = measureRepeats(events.events());
  expect([repeatConsecutive, noProgressRepeat, retriesRightAfterError]).toEqual(repeats);
});

test("a call that the boundary repeats after a crash is one call; asked at once is no retry", () => {
  const call = (effect: number, attempt: number) =>
    ({ type: "tool.called", effect, attempt, callId: `c${effect}`, tool: "a", arguments: {} }) as const;
  const error = (effect: number) =>
    ({
      type: "tool.returned",
      effect,
      durationMs: 1,
      callId: `c${effect}`,
      tool: "a",
      error: { name: "E", message: "503" },
    }) as const;
  const crashed = log().add(call(0, 1)).add(call(0, 2)).add(error(0)).events();
  expect(measureRepeats(crashed)).toEqual({ repeatConsecutive: 1, noProgressRepeat: 0, retriesRightAfterError: 0 });
  const parallel = log().add(call(0, 1)).add(call(1, 1)).add(error(0)).add(error(1)).events();
  expect(measureRepeats(parallel).retriesRightAfterError).toBe(0);
});

const storm = log()
  .tool("a", {}, null, failed)
  .tool("a", {}, null, failed)
  .tool("a", {}, null, failed)
  .tool("b")
  .tool("b");

test.each([
  { spec: check.retriesAtMost(2), outcome: "pass", evidence: [0, 1, 2, 3, 4, 5] },
  { spec: { retriesAtMost: 1 }, outcome: "fail", evidence: [0, 1, 2, 3, 4, 5] },
  { spec: check.retriesAtMost(0, { tool: "b" }), outcome: "pass", evidence: [] },
  { spec: check.noEndlessRepeat({ times: 3 }), outcome: "pass", evidence: [6, 7, 8, 9] },
  { spec: { noEndlessRepeat: 2 }, outcome: "fail", evidence: [6, 7, 8, 9] },
  { spec: check.noEndlessRepeat({ times: 2, except: "b" }), outcome: "pass", evidence: [] },
])("$spec gives $outcome", ({ spec, ...wanted }) => {
  expect(compileCheck(spec).judge(storm.run())).toMatchObject(wanted);
});
