import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packMemory, sealMemory } from "./sealed-memory.ts";
import { requirePieces } from "./vm-pieces.ts";

const place = mkdtempSync(join(tmpdir(), "aegis-sealed-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

test("sealed memory cannot be written by whoever opens it, and is what was packed", async () => {
  const source = join(place, "raw");
  const bytes = Buffer.alloc(1 << 20);
  bytes.write("somewhere", 300_000);
  writeFileSync(source, bytes);
  const { extents, sha256 } = packMemory(source, join(place, "packed"));
  const { perl } = requirePieces();
  const sealed = await sealMemory(join(place, "packed"), { perl, extents, memoryBytes: bytes.length });
  expect(sealed.sha256).toBe(sha256);
  expect(readFileSync(`/proc/self/fd/${sealed.fd}`).equals(bytes)).toBe(true);
  const again = openSync(`/proc/self/fd/${sealed.fd}`, "r+");
  expect(() => writeSync(again, "poison")).toThrow(expect.objectContaining({ code: "EPERM" }));
  closeSync(again);
  closeSync(sealed.fd);
});
