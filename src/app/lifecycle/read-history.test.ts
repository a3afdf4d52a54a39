import { expect, onTestFinished, test } from "vitest";
import { findRecord } from "../eval-records.ts";
import { openApp } from "../open-app.ts";
import { makeProject } from "../project.test-kit.ts";
import { readHistory } from "./read-history.ts";

test("of a suite that was never run is said how to run it, not how to list nothing", async () => {
  const folder = makeProject({
    "agents/support.mjs": "export default {};",
    "evals/fruit/suite.yaml": "name: fruit\nagent: support\ncases: [{ id: apples, input: apples? }]\n",
  });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const refusal = { code: "eval.unknown_run", fix: "Run it first: `aegis eval run --suite fruit`." };
  await expect(readHistory(app, { by: "version", runCountMax: 9 })).rejects.toMatchObject(refusal);
  await expect(findRecord(app, "latest", "fruit")).rejects.toMatchObject(refusal);
  const other = { code: "eval.unknown_run", fix: "List the eval runs with `aegis eval list`." };
  await expect(findRecord(app, "nightly", "fruit")).rejects.toMatchObject(other);
});
