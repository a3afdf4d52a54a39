import { expect, test } from "vitest";
import { errorPlace } from "./error-place.ts";

const withStack = (stack: string) => Object.assign(new Error("no"), { stack });

test.each([
  { why: "thrown there", error: withStack("Error: no\n    at file:///shop/suite.ts:12:7"), place: "/shop/suite.ts:12" },
  { why: "no TypeScript", error: withStack("file:///shop/suite.ts:3\nconst x = ;"), place: "/shop/suite.ts:3" },
  {
    why: "thrown in what it called",
    error: withStack("Error: no\n    at file:///shop/help.ts:1:1\n    at file:///shop/suite.ts:5:2"),
    place: "/shop/suite.ts:5",
  },
  { why: "another file", error: withStack("Error: no\n    at file:///shop/help.ts:1:1"), place: "/shop/suite.ts" },
  { why: "a stack without lines", error: withStack("Error: /shop/suite.ts: no"), place: "/shop/suite.ts" },
  { why: "not an error", error: "thrown text", place: "/shop/suite.ts" },
])("$why: $place", ({ error, place }) => {
  expect(errorPlace(error, "/shop/suite.ts")).toBe(place);
});
