import { join } from "node:path";
import { expect, test } from "vitest";
import { openApp } from "../../app/index.ts";
import { sampleEvalRun, sampleTrial } from "../../testing/sample-records.ts";
import { sampleKey, withRuns } from "../../testing/sample-runtime-records.ts";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

/** Clears the screen, turns the direction of the text, hides letters, and begins a line of ours. */
const HOSTILE = "a\u001b[2J\u202eb\u009b2J\u200bc\u{e0041}d\rnext: rm";
const ACTS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]|[\u{e0000}-\u{e007f}]/u;

test("what users, agents and evals are called acts in no output, and JSON keeps it as it is", async () => {
  const { path: cwd } = makeFolder();
  const store = join(cwd, "store.db");
  const ids = await seed(store);
  const commands: readonly (readonly string[])[] = [
    ["session", "list"],
    ["session", "show", ids.session],
    ["run", "list"],
    ["run", "show", ids.run],
    ["memory", "list", "--user", HOSTILE],
    ["agent", "list"],
    ["key", "list"],
    ["eval", "list"],
    ["eval", "show", ids.evalRun],
    ["eval", "trend", "--suite", HOSTILE],
    ["eval", "review", "--suite", HOSTILE],
    ["case", "graduate", "--suite", HOSTILE],
    ["run", "cancel", ids.run, "--by", HOSTILE],
    ["user", "erase", HOSTILE, "--yes"],
  ];
  for (const words of commands) {
    const [json, shown] = [await run([...words, "--json"]), await run(words)];
    const told = `${shown.stdout}${shown.stderr}${json.stdout}${json.stderr}`;
    expect({ words, acts: ACTS.exec(told)?.[0] }).toEqual({ words, acts: undefined });
    expect(json.stdout, `${words.join(" ")}: ${json.stderr}`).not.toBe("");
    const lines = json.stdout.trimEnd().split("\n");
    expect(lines.every((line) => typeof JSON.parse(line) === "object")).toBe(true);
    expect(textsIn(lines)).toContain(HOSTILE);
  }

  async function run(words: readonly string[]) {
    return runCli(words, { cwd, env: { AEGIS_STORE: store } });
  }
});

async function seed(path: string) {
  await using app = await openApp({ cwd: join(path, ".."), env: { AEGIS_STORE: path } });
  const store = await app.store();
  const { session, runs } = await withRuns(store, 1, { ownerId: HOSTILE, agent: HOSTILE });
  const [run] = runs;
  await store.append(
    run!.id,
    [{ type: "message.received", atMs: 1, witness: "runtime", from: "user", content: HOSTILE }],
    0,
  );
  await store.setRoutes(HOSTILE, [{ agent: HOSTILE, version: HOSTILE, weight: 1, updatedAtMs: 1 }]);
  await store.createApiKey(sampleKey({ name: HOSTILE, userId: HOSTILE }));
  await store.writeMemory({
    scope: { kind: "user", id: HOSTILE },
    key: HOSTILE,
    value: HOSTILE,
    writeId: "w",
    atMs: 1,
  });
  const evalRun = sampleEvalRun({
    name: HOSTILE,
    suite: HOSTILE,
    agent: { name: HOSTILE, version: HOSTILE },
    status: "finished",
    cases: [{ id: HOSTILE, kind: "capability", tags: [HOSTILE], trials: 1, passRate: 1, hash: "h" }],
  });
  await store.createEvalRun(evalRun);
  await store.saveTrial(sampleTrial(evalRun.id, { caseId: HOSTILE }));
  return { session: session.id, run: run!.id, evalRun: evalRun.id };
}

function textsIn(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    JSON.parse(line, (key, value: unknown) => {
      texts.push(key);
      if (typeof value === "string") texts.push(value);
      return value;
    });
  }
  return texts;
}
