import { join } from "node:path";
import { expect, test } from "vitest";
import { openApp } from "../../app/index.ts";
import { sampleSummary } from "../../testing/sample-trace-records.ts";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

test("a tail begins with the newest, shows what settles late however many began after it, and ends in order", async () => {
  const { path: cwd } = makeFolder();
  const path = join(cwd, "store.db");
  await using app = await openApp({ cwd, env: { AEGIS_STORE: path } });
  const store = await app.store();
  const save = (startedAtMs: number) => {
    const summary = sampleSummary({ startedAtMs, title: `began at ${startedAtMs}` });
    return store.saveTraces([{ summary, words: "" }]);
  };
  for (const startedAtMs of [10, 20, 30, 40, 50]) await save(startedAtMs);
  let isLateSaved = false;
  const end = await runCli(["trace", "tail", "--limit", "2", "--json"], {
    cwd,
    env: { AEGIS_STORE: path },
    onStdout: (text, child) => {
      const count = text.split("\n").length - 1;
      if (count >= 2 && !isLateSaved) {
        isLateSaved = true;
        void save(15).then(() => save(60));
      }
      if (text.includes("began at 60") && text.includes("began at 15")) child.kill("SIGINT");
    },
  });
  expect(end.exitCode).toBe(0);
  const titles = end.stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly title: string }).title);
  expect(titles.slice(0, 2)).toEqual(["began at 40", "began at 50"]);
  expect(titles.slice(2).toSorted()).toEqual(["began at 15", "began at 60"]);
});
