import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ERROR_CATALOGUE } from "../src/kernel/index.ts";
import { GOOD, records, type Row, run, suites, usage } from "./bad-input-rows.ts";
import { makeProject, mustRun, runCli, testProject, withStore } from "./cli-kit.ts";

const seed = makeProject({ "kept.jsonl": '{"case":"greet","passed":true}\n' });
const seedStore = join(seed.folder, ".aegis", "store.db");
afterAll(seed.remove);
beforeAll(async () => {
  const words = ["eval", "import", "kept.jsonl", "--format", "jsonl", "--run", "kept"];
  await mustRun(seed.folder, words);
});

function prepare(whenFinished: (remove: () => void) => void, files: Readonly<Record<string, string>> = {}): string {
  const { folder, remove } = makeProject({ ...GOOD, ...files });
  whenFinished(remove);
  mkdirSync(join(folder, ".aegis"));
  copyFileSync(seedStore, join(folder, ".aegis", "store.db"));
  return folder;
}

/** Every file of the project but the store and the caches, and all that the store holds. */
async function everything(folder: string) {
  const records = await withStore(folder, async (store) => {
    const runs = await store.listEvalRuns({ limit: 100 });
    return Promise.all(runs.map(async (each) => ({ each, trials: await store.listTrials(each.id) })));
  });
  return { records, files: filesOf(folder) };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(".aegis"))
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return `${path} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
    })
    .sort();
}

async function expectRefusal(folder: string, { words, code, says }: Row): Promise<void> {
  const { exit: exitCode } = ERROR_CATALOGUE[code];
  const plain = await runCli(folder, words);
  expect(plain).toMatchObject({ exitCode, stdout: "" });
  expect(plain.stderr).toContain(`error ${code}: `);
  // A level that this machine cannot give is not promised first.
  expect(plain.stderr).not.toContain("own kernel");
  for (const text of says) expect(plain.stderr).toContain(text.replaceAll("FOLDER", folder));
  const json = await runCli(folder, [...words, "--json"]);
  expect(json).toMatchObject({ exitCode, stdout: "" });
  const { error } = JSON.parse(json.stderr);
  expect(error).toMatchObject({ code, message: expect.any(String), fix: expect.any(String) });
  // How a command is called is told in the message itself; all else says what to do in a line of its own.
  if (code !== "cli.usage") expect(error.fix).toMatch(/^[A-Z].{15,}\.$/);
  expect(plain.stderr.endsWith(`: ${error.message}\n${error.fix === "" ? "" : `  fix: ${error.fix}\n`}`)).toBe(true);
}

test.concurrent.for([...suites, ...usage, ...records])("$why", async ({ files, ...row }, { onTestFinished }) => {
  const folder = prepare(onTestFinished, files);
  const before = await everything(folder);
  await expectRefusal(folder, row);
  expect(await everything(folder)).toEqual(before);
});

test("a store that is no database, or of a newer Aegis, is left as it is", async ({ onTestFinished }) => {
  const folder = prepare(onTestFinished);
  const store = join(folder, ".aegis", "store.db");
  const database = new DatabaseSync(store);
  database.exec("INSERT INTO schema_version VALUES (99, 0); PRAGMA journal_mode = DELETE");
  database.close();
  const newer = readFileSync(store);
  const row = { why: "", words: run };
  await expectRefusal(folder, { ...row, code: "store.newer", says: [store, "version 99"] });
  expect(readFileSync(store).equals(newer)).toBe(true);

  const torn = prepare(onTestFinished, { "theirs.db": `SQLite format 3\0${"garbage ".repeat(2_000)}` });
  const tornStore = join(torn, ".aegis", "store.db");
  copyFileSync(join(torn, "theirs.db"), tornStore);
  await expectRefusal(torn, { ...row, code: "store.corrupt", says: [tornStore] });
  expect(readFileSync(tornStore).equals(readFileSync(join(torn, "theirs.db")))).toBe(true);
});

test("a command group alone shows what it holds, on standard output, and says that it was no command", async () => {
  const folder = testProject();
  const { exitCode, stdout, stderr } = await runCli(folder, ["eval"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: "" });
  expect(stdout).toContain("eval baseline set");
});
