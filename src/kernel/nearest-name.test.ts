import { expect, test } from "vitest";
import { nearestName, offerNames, suggestName } from "./nearest-name.ts";

const KEYS = ["id", "why", "kind", "tags", "input", "user", "checks", "timeoutMs"];

test.each([
  { name: "chekcs", known: KEYS, nearest: "checks" },
  { name: "usr", known: KEYS, nearest: "user" },
  { name: "timeout_ms", known: KEYS, nearest: "timeoutMs" },
  { name: "timeout", known: KEYS, nearest: "timeoutMs" },
  { name: "evla run", known: ["eval run", "eval plan"], nearest: "eval run" },
  { name: "refund", known: ["order-status", "refund-large-order"], nearest: "refund-large-order" },
  { name: "colour", known: KEYS, nearest: undefined },
  { name: "xy", known: KEYS, nearest: undefined },
  { name: "anything", known: [], nearest: undefined },
])("$name means $nearest", ({ name, known, nearest }) => {
  expect(nearestName(name, known)).toBe(nearest);
});

test("lists the names there are, and no more than a reader can take in", () => {
  const many = Array.from({ length: 23 }, (_, index) => `case-${index}`);
  expect(suggestName("usr", KEYS)).toBe(', did you mean "user"?');
  expect(suggestName("colour", ["id", "why"])).toBe("; there are id, why");
  expect(offerNames("case-0x", many)).toMatch(/^, did you mean "case-0"\? There are: case-0, .*case-19 and 3 more$/);
  expect(offerNames("colour", [])).toBe("; there are: none");
});
