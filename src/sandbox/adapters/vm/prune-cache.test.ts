import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { markUsed, pruneCache } from "./prune-cache.ts";

const UNIT_MS = 4 * 3_600_000;
const NOW_MS = Date.now();
const place = mkdtempSync(join(tmpdir(), "aegis-prune-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function makeImages(unitsAgo: Readonly<Record<string, number>>): void {
  for (const [name, units] of Object.entries(unitsAgo)) {
    const folder = join(place, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "image"), "x");
    markUsed(folder, NOW_MS - units * UNIT_MS);
  }
}

test("the longest unused images go, six stay, and so does what was used in the last day", () => {
  makeImages({ a: 9, b: 40, c: 7, d: 100, e: 12, f: 30, g: 8, h: 10 });
  pruneCache(place, NOW_MS);
  expect(readdirSync(place).toSorted()).toEqual(["a", "c", "e", "f", "g", "h"]);
  makeImages({ i: 1, j: 2, k: 3, l: 4, m: 5, a: 5, c: 5, e: 5, f: 90 });
  pruneCache(place, NOW_MS);
  expect(readdirSync(place).toSorted()).toEqual(["a", "c", "e", "i", "j", "k", "l", "m"]);
});
