import { expect, test } from "vitest";
import { nextCursor } from "./stream-cursor.ts";

// Steps of 20 s since 2024-10-09T00:00:00Z, by the protocol's section 8.1.
test.each([
  { at: "2024-10-09T00:00:00Z", last: undefined, cursor: "0" },
  { at: "2024-10-09T00:00:39Z", last: undefined, cursor: "1" },
  { at: "2024-10-10T00:00:00Z", last: "7", cursor: "4320" },
  { at: "2024-10-10T00:00:00Z", last: "4320", cursor: "4321" },
  { at: "2024-10-10T00:00:00Z", last: "9000", cursor: "9001" },
  { at: "2024-10-10T00:00:00Z", last: "not a number", cursor: "4320" },
])("at $at after $last comes $cursor", ({ at, last, cursor }) => {
  expect(nextCursor(Date.parse(at), last)).toBe(cursor);
});
