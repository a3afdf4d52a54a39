import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { diffState } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";
import { readFixtureFolder } from "./read-fixture-folder.ts";
import { workspaceState } from "./workspace-state.ts";

let folder = "";
afterEach(() => folder !== "" && rmSync(folder, { recursive: true, force: true }));

function makeFolder(): string {
  folder = mkdtempSync(join(tmpdir(), "aegis-fixture-"));
  mkdirSync(join(folder, "notes", "empty"), { recursive: true });
  writeFileSync(join(folder, "notes", "a.txt"), "first\n");
  writeFileSync(join(folder, "run.sh"), "#!/bin/sh\n");
  chmodSync(join(folder, "run.sh"), 0o755);
  writeFileSync(join(folder, "picture.bin"), Buffer.from([1, 0, 2]));
  symlinkSync("/etc/passwd", join(folder, "link"));
  return folder;
}

function makeDatabase(statements: string): Uint8Array {
  const path = join(folder, "made.db");
  rmSync(path, { force: true });
  const db = new DatabaseSync(path);
  db.exec(statements);
  db.close();
  return readFileSync(path);
}

test("a folder becomes entries: files with their bytes, folders, and links that are not followed", () => {
  const entries = readFixtureFolder(makeFolder());
  expect(entries).toEqual([
    { kind: "link", path: "link", target: "/etc/passwd" },
    { kind: "folder", path: "notes" },
    { kind: "file", path: "notes/a.txt", bytes: Buffer.from("first\n") },
    { kind: "folder", path: "notes/empty" },
    { kind: "file", path: "picture.bin", bytes: Buffer.from([1, 0, 2]) },
    { kind: "file", path: "run.sh", bytes: Buffer.from("#!/bin/sh\n"), isExecutable: true },
  ]);
  expect(workspaceState(entries)).toEqual({
    link: { link: "/etc/passwd" },
    notes: { folder: true },
    "notes/a.txt": "first\n",
    "notes/empty": { folder: true },
    "picture.bin": { bytes: 3, sha256: "16305a6b2292e931665a34089864ee3fcc24171c81551f152cf4d1db0dd6122d" },
    "run.sh": "#!/bin/sh\n",
  });
});

test.each([{ why: "not there", name: "nowhere" }])("a folder that is $why is a missing fixture", ({ name }) => {
  expect(() => readFixtureFolder(join(tmpdir(), name))).toThrow(
    expect.objectContaining({ code: "case.missing_fixture" }),
  );
});

test("a database's difference names table, row and column", () => {
  makeFolder();
  const before = makeDatabase(`CREATE TABLE "order" (id TEXT PRIMARY KEY, cents INT, note BLOB);
    INSERT INTO "order" VALUES ('W1', 100, x'01'), ('W2', 9007199254740993, NULL)`);
  const after = makeDatabase(`CREATE TABLE "order" (id TEXT PRIMARY KEY, cents INT, note BLOB);
    INSERT INTO "order" VALUES ('W1', 250, x'01'), ('W3', 7, 'late')`);
  const stateOf = (bytes: Uint8Array) => workspaceState([{ kind: "file", path: "shop.db", bytes }]);
  expect(diffState(stateOf(before), stateOf(after))).toEqual([
    { path: expect.stringMatching(/shop\.db.*order\.W1\.cents/), before: 100, after: 250 },
    { path: expect.stringMatching(/order\.W2/), before: { id: "W2", cents: "9007199254740993", note: null } },
    { path: expect.stringMatching(/order\.W3/), after: { id: "W3", cents: 7, note: "late" } },
  ]);
});

test("a file that only looks like a database, and one with too many rows, are told by their hash", () => {
  makeFolder();
  const broken = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(5_000, 7)]);
  const large = makeDatabase(`CREATE TABLE t (a INT);
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${LIMITS.workspaceRowsMax})
    INSERT INTO t SELECT i FROM n`);
  for (const bytes of [broken, large]) {
    expect(workspaceState([{ kind: "file", path: "x.db", bytes }])).toEqual({
      "x.db": { bytes: bytes.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  }
});
