import { expect, test } from "vitest";
import type { RunEvent, Verdict } from "../../domain/index.ts";
import { compareWithTrace } from "./compare-with-trace.ts";
import { TestLog } from "./production-log.test-kit.ts";
import { takeOfLog } from "./take-of-log.ts";

const traced = () =>
  new TestLog()
    .user("hi")
    .tool("a.get", { n: 1 }, { result: 1 })
    .tool("a.get", { n: 2 }, { error: { name: "E", message: "gone" } })
    .ended();

const failedBy = (name: string): Verdict => ({
  name,
  source: "check",
  outcome: "fail",
  score: 0,
  explanation: "",
  evidence: [],
  witness: null,
  gates: true,
});

function compare(events: readonly RunEvent[], verdicts: readonly Verdict[] = [failedBy("never(a)")]) {
  const { take } = takeOfLog(traced().events, "failure");
  return compareWithTrace({ take, failing: ["never(a)"], own: ["never(a)", "tells(1)"], events, verdicts });
}

const changed = (change: (event: RunEvent) => RunEvent | undefined) =>
  traced().events.flatMap((event) => change(event) ?? []);

test("the same calls, answers and verdicts are a reproduction", () => {
  expect(compare(traced().events)).toMatchObject({ isExact: true, differences: [] });
});

test.each([
  {
    why: "other arguments",
    change: (event: RunEvent) => (event.type === "tool.called" ? { ...event, arguments: {} } : event),
  },
  {
    why: "another answer",
    change: (event: RunEvent) => (event.type === "tool.returned" && !event.error ? { ...event, result: 2 } : event),
  },
  {
    why: "another error",
    change: (event: RunEvent) =>
      event.type === "tool.returned" && event.error ? { ...event, error: { name: "E", message: "x" } } : event,
  },
  { why: "a call less", change: (event: RunEvent) => ("effect" in event && event.effect === 3 ? undefined : event) },
])("$why is none", ({ change }) => {
  expect(compare(changed(change as (event: RunEvent) => RunEvent | undefined))).toMatchObject({ isExact: false });
});

test("a call more is none", () => {
  expect(compare(traced().tool("a.get", { n: 3 }, { result: 3 }).events).differences).toEqual([
    'Call 3 was recorded as no call, and now it is a.get {"n":3} -> 3.',
  ]);
});

test("other verdicts are none; those of the suite alone were not asked for", () => {
  expect(compare(traced().events, []).differences).toEqual(["never(a) failed in production, and now it passes."]);
  expect(compare(traced().events, [failedBy("never(a)"), failedBy("tells(1)")]).isExact).toBe(false);
  expect(compare(traced().events, [failedBy("never(a)"), failedBy("costAtMost")]).isExact).toBe(true);
});
