import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { isFromHere, isLoopback } from "./loopback.ts";

test.each([
  ["localhost", true],
  ["LOCALHOST", true],
  ["127.0.0.1", true],
  ["127.8.9.1", true],
  ["::1", true],
  ["[::1]", true],
  ["0.0.0.0", false],
  ["::", false],
  ["10.0.0.1", false],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com", false],
  ["", false],
])("%s: %s", (host, isHere) => {
  expect(isLoopback(host)).toBe(isHere);
});

test.each([
  [{ host: "127.0.0.1:4000" }, true],
  [{ host: "localhost:4000", origin: "http://localhost:3000" }, true],
  [{ host: "[::1]:4000" }, true],
  [{}, true],
  [{ host: "rebound.example:4000" }, false],
  [{ host: "localhost:4000", origin: "https://example.com" }, false],
  [{ host: "localhost:4000", origin: "null" }, false],
  [{ host: "local host" }, false],
])("%o: %s", (headers, isHere) => {
  expect(isFromHere({ headers } as IncomingMessage)).toBe(isHere);
});
