import { expect, test } from "vitest";
import type { Json } from "../kernel/index.ts";
import { faultsSchema, parseFaults } from "./parse-faults.ts";

test.each<{ readonly why: string; readonly written: Json; readonly read: object }>([
  {
    why: "a value alone, as the short form",
    written: { on: "tool billing.lookup", call: 1, do: { timeout: "5s" } },
    read: { when: { call: 1 }, side: "before", do: { kind: "timeout", parameters: { afterMs: 5_000 } } },
  },
  {
    why: "a share, on the side that is the only one",
    written: { on: "tool billing.lookup", call: [2, 4], do: { partial: 0.6 } },
    read: { when: { call: [2, 4] }, side: "after", do: { kind: "partial", parameters: { share: 0.6 } } },
  },
  {
    why: "a name alone, with every default",
    written: { on: "model", do: "rate-limit" },
    read: {
      when: {},
      side: "before",
      do: { kind: "rate-limit", parameters: { retryAfterMs: 2_000, retryAfterForm: "seconds" } },
    },
  },
  {
    why: "named parameters, a burst, a window, a side",
    written: {
      on: "http POST api.example.com/v1/*",
      burst: { from: 3, count: 2 },
      window: { to: "1.5m" },
      side: "after",
      do: { latency: { delayMs: "200ms" } },
    },
    read: {
      when: { burst: { from: 3, count: 2 }, window: { fromMs: 0, toMs: 90_000 } },
      side: "after",
      do: { kind: "latency", parameters: { delayMs: 200 } },
    },
  },
  {
    why: "a value that is an object, and a probability",
    written: { on: "mcp shop", probability: 0.5, do: { "lost-update": { saved: true } } },
    read: {
      when: { probability: 0.5 },
      side: "before",
      do: { kind: "lost-update", parameters: { answer: { saved: true } } },
    },
  },
  {
    why: "a clock that goes behind",
    written: { on: "http *", do: { "clock-skew": "-2h" } },
    read: { when: {}, side: "after", do: { kind: "clock-skew", parameters: { byMs: -7_200_000 } } },
  },
])("reads $why", ({ written, read }) => {
  const [fault] = parseFaults([written], "case.yaml: world.faults");
  const { on, ...rest } = fault ?? { on: "" };
  expect(rest).toEqual(read);
  expect(on).toBe((written as { on: string }).on);
  expect(faultsSchema.safeParse([written]).success).toBe(true);
});

test.each<{ readonly written: Json; readonly code: string; readonly says: string }>([
  {
    written: { on: "tool a", do: { tiemout: "5s" } },
    code: "fault.unknown",
    says: 'no fault "tiemout", did you mean "timeout"',
  },
  { written: { on: "tool a", do: "rate_limt" }, code: "fault.unknown", says: 'did you mean "rate-limit"' },
  { written: { on: "tools a", do: "hang" }, code: "fault.bad_target", says: '"tools a" is no target' },
  { written: { on: "tool", do: "hang" }, code: "fault.bad_target", says: '"tool" is no target' },
  {
    written: { on: "tool a", do: "refusal" },
    code: "fault.bad_target",
    says: 'refusal cannot happen on "tool a": it fits model',
  },
  {
    written: { on: "http GET a.example/x", do: "dns-failure" },
    code: "fault.bad_target",
    says: "before a method or a path is known",
  },
  { written: { on: "tool a", call: 0, do: "hang" }, code: "fault.bad_schedule", says: "call" },
  { written: { on: "tool a", call: [], do: "hang" }, code: "fault.bad_schedule", says: "call" },
  { written: { on: "tool a", probability: 0, do: "hang" }, code: "fault.bad_schedule", says: "never happens" },
  { written: { on: "tool a", probability: 5, do: "hang" }, code: "fault.bad_schedule", says: "probability" },
  {
    written: { on: "tool a", window: { from: "5s", to: "2s" }, do: "hang" },
    code: "fault.bad_schedule",
    says: "ends before it begins",
  },
  {
    written: { on: "tool a", window: { to: "soon" }, do: "hang" },
    code: "fault.bad_schedule",
    says: "a time such as 5s",
  },
  {
    written: { on: "tool a", call: 9, burst: { from: 1, count: 3 }, do: "hang" },
    code: "fault.bad_schedule",
    says: "call 9 is outside the burst",
  },
  { written: { on: "tool a", side: "before", do: { partial: 0.5 } }, code: "fault.bad_schedule", says: "never before" },
  { written: { on: "tool a", do: { partial: 1.5 } }, code: "fault.bad_parameters", says: "share" },
  { written: { on: "tool a", do: { timeout: "5 parsecs" } }, code: "fault.bad_parameters", says: "a time such as 5s" },
  { written: { on: "tool a", do: { latency: { delay: "5s" } } }, code: "fault.bad_parameters", says: "delayMs" },
  { written: { on: "tool a", do: { hang: 5 } }, code: "fault.bad_parameters", says: "takes no value" },
  { written: { on: "tool a", do: { hang: null, empty: null } }, code: "fault.bad_parameters", says: "one fault" },
  {
    written: { on: "tool a", do: { "schema-drift": "renam" } },
    code: "fault.bad_parameters",
    says: 'did you mean "rename"',
  },
  { written: { on: "tool a", cal: 1, do: "hang" }, code: "fault.bad_parameters", says: 'did you mean "call"' },
  { written: 5, code: "fault.bad_parameters", says: "expected" },
])("refuses $written", ({ written, code, says }) => {
  expect(() => parseFaults([{ on: "model", do: "hang" }, written], "case.yaml: world.faults")).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining("case.yaml: world.faults.1") }),
  );
  expect(() => parseFaults([written], "here")).toThrow(says);
});
