import { expect, test } from "vitest";
import { log } from "../log-builder.test-kit.ts";
import { toolCallsOf } from "./tool-calls.ts";

const pay = (effect: number, attempt = 1) => ({ effect, attempt, callId: `call-${effect}`, tool: "pay" });
const called = (effect: number, attempt = 1) =>
  ({ type: "tool.called", ...pay(effect, attempt), arguments: { n: effect } }) as const;
const returned = (effect: number, result: string) =>
  ({ type: "tool.returned", ...pay(effect), result, durationMs: 1 }) as const;

test("a call that is repeated before its return is one, after it another; a return without a call is none", () => {
  const events = log()
    .add(returned(0, "of nothing"))
    .add(called(0))
    .add(called(1))
    .add(called(0, 2))
    .add(returned(0, "first"))
    .add(returned(0, "again"))
    .add(called(0, 3))
    .add(returned(0, "second"))
    .run().events;
  const calls = toolCallsOf(events).map((call) => [call.called.seq, call.returned?.result]);
  expect(calls).toEqual([
    [1, "first"],
    [2, undefined],
    [6, "second"],
  ]);
});

test("a signature is equal for the same tool and arguments, in whatever order of names", () => {
  const events = log()
    .tool("pay", { a: 1, b: [2] })
    .tool("pay", { b: [2], a: 1 })
    .tool("pay", { a: 1, b: [3] })
    .tool("owe", { a: 1, b: [2] })
    .run().events;
  const [first, ...others] = toolCallsOf(events).map(({ signature }) => signature);
  expect(others.map((signature) => signature === first)).toEqual([true, false, false]);
});
