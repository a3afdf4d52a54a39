import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesName } from "./text-schemas.ts";

test.each([
  ["refund", "refund", true],
  ["refund", "refunds", false],
  ["refund.*", "refund.issue", true],
  ["refund.*", "refund", false],
  ["refund.*", "refundXissue", false],
  ["*", "", true],
  ["*_order", "get_order", true],
  ["*_order", "get_orders", false],
  ["a*a", "a", false],
  ["a*b*b", "ab", false],
  ["a*b*a", "a\nbb\na", true],
])("%j names %j: %s", (pattern, name, isNamed) => {
  expect(matchesName(pattern, name)).toBe(isNamed);
});

test("the same names as by a regular expression", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  const names = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 10 });
  fc.assert(
    fc.property(letters, names, (pattern, name) => {
      expect(matchesName(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s").test(name));
    }),
    { numRuns: 2_000 },
  );
});

test("a long name is read in time", () => {
  const before = process.cpuUsage();
  expect(matchesName("*a*a*a*a*b", "a".repeat(4_000))).toBe(false);
  expect(process.cpuUsage(before).user).toBeLessThan(50_000);
});
