import { expect, test } from "vitest";
import { hexId, nanosecondsOfSeconds, nanosecondsOfTime } from "./span-parts.ts";

test.each([
  { id: "0AF7651916CD43DD8448EB211C80319C", digits: 32, hex: "0af7651916cd43dd8448eb211c80319c" },
  { id: "7d3c0a0e-6a2f-4a3c-8b55-0d4f3f1f8c01", digits: 32, hex: "7d3c0a0e6a2f4a3c8b550d4f3f1f8c01" },
  { id: "b7ad6b7169203331", digits: 16, hex: "b7ad6b7169203331" },
  { id: "b7ad6b7169203331", digits: 32, hex: "b7ad6b7169203331" },
] as const)("$id is $hex", ({ id, digits, hex }) => {
  expect(hexId(id, digits)).toBe(hex);
});

test.each(["", "order 5", "0".repeat(32), "7d3c0a0e-6a2f-4a3c-8b55-0d4f3f1f8c01", "abc"])(
  "%j becomes an id of 16 digits, its own and always the same",
  (id) => {
    expect(hexId(id, 16)).toMatch(/^[\da-f]{16}$/);
    expect(hexId(id, 16)).toBe(hexId(id, 16));
    expect(hexId(id, 16)).not.toBe(hexId(`${id}!`, 16));
  },
);

test.each([
  ["2026-07-05T09:59:41Z", "1783245581000000000"],
  ["2026-07-05T09:59:41.5Z", "1783245581500000000"],
  ["2026-07-05 09:59:41.123456", "1783245581123456000"],
  ["2026-07-05T11:59:41.123456789123+02:00", "1783245581123456789"],
  ["2026-07-05T04:59:41-0500", "1783245581000000000"],
  ["1969-12-31T23:59:59Z", undefined],
  ["2026-13-05T09:59:41Z", undefined],
  ["soon", undefined],
  ["", undefined],
  [null, undefined],
])("%j is %s", (time, nanoseconds) => {
  expect(nanosecondsOfTime(time)).toBe(nanoseconds);
});

test.each([
  [1783245581.123456, "1783245581123456000"],
  [0, "0"],
  [-1, undefined],
  [1e300, undefined],
  [Number.NaN, undefined],
  [undefined, undefined],
])("%s seconds are %s", (seconds, nanoseconds) => {
  expect(nanosecondsOfSeconds(seconds)).toBe(nanoseconds);
});
