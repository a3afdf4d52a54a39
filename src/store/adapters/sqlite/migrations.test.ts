import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { makeId, sampleEvalRun, sampleTrial } from "../../../testing/sample-records.ts";
import { withRuns } from "../../../testing/sample-runtime-records.ts";
import { encodeEvalRun } from "../../eval-run-row.ts";
import { encodeTrial } from "../../trial-row.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-migrations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file as version 1 left it, with a row in each of its tables. */
function makeVersion1(path: string) {
  const [run, runId] = [sampleEvalRun(), makeId<"run">()];
  const trial = sampleTrial(run.id, { runId });
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, migrated_at_ms REAL NOT NULL) STRICT");
  db.exec(`${MIGRATIONS[0]}; INSERT INTO schema_version VALUES (1, 5)`);
  const insert = (table: string, row: object) => {
    const marks = Object.keys(row).map(() => "?");
    db.prepare(`INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${marks.join()})`).run(...Object.values(row));
  };
  insert("eval_run", encodeEvalRun(run));
  insert("trial", encodeTrial(trial));
  insert("baseline", { suite: "s", name: "main", eval_run_id: run.id });
  insert("run_log", {
    run_id: runId,
    seq: 0,
    type: "message.sent",
    at_ms: 1.5,
    witness: "runtime",
    body: '{"content":"x"}',
  });
  db.close();
  return { run, trial, runId };
}

test("a file of version 1 is brought up to date with everything it holds, and takes the runtime's records", async () => {
  const path = join(folder, "old.db");
  const { run, trial, runId } = makeVersion1(path);
  const store = await openSqliteStore({ path });
  expect(await store.findEvalRun(run.id)).toEqual(run);
  expect(await store.listTrials(run.id)).toEqual([trial]);
  expect(await store.findBaseline("s", "main")).toBe(run.id);
  const event = { type: "message.sent", content: "x", atMs: 1.5, witness: "runtime" } as const;
  expect(await store.read(runId)).toEqual([{ ...event, seq: 0 }]);
  expect(await store.append(runId, [event], 1)).toBe(2);
  const { session, runs } = await withRuns(store, 1);
  await store[Symbol.asyncDispose]();
  const again = await openSqliteStore({ path, readOnly: true });
  expect((await again.listSessionRuns(session.id, { limit: 2 })).map(({ id }) => id)).toEqual([runs[0]?.id]);
  await again[Symbol.asyncDispose]();
});

test("a file of version 1 that is opened for reading only is left as it is, and says what to do", async () => {
  const path = join(folder, "read-only.db");
  makeVersion1(path);
  const opening = openSqliteStore({ path, readOnly: true });
  await expect(opening).rejects.toMatchObject({ code: "store.unavailable" });
  await expect(opening).rejects.toThrow("must be opened for writing once first");
  const db = new DatabaseSync(path);
  expect(db.prepare("SELECT version FROM schema_version").all()).toEqual([{ version: 1 }]);
  db.close();
});
