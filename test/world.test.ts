import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { RunEvent, Trial } from "../src/domain/index.ts";
import { processesMentioning, runCli, testProject, withStore } from "./cli-kit.ts";

const AGENT = `
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { defineAgent } from "aegis";
export default defineAgent({ name: "clerk", version: "1", run: async ({ message, context }) => {
  if (message === "what is there?") return existsSync("seen.txt") ? "something was left" : "all is fresh";
  const told = await fetch("http://127.0.0.1:" + context.env.COUNTER_PORT + "/count").then((answer) => answer.text());
  const db = new DatabaseSync("shop.db");
  db.exec("UPDATE orders SET cents = 0 WHERE id = 'W1'");
  db.close();
  writeFileSync("seen.txt", message);
  mkdirSync("notes/later", { recursive: true });
  return "counted " + told;
} });`;

const SERVICE = `
import { createServer } from "node:http";
let count = 0;
createServer((request, response) => {
  if (request.url === "/count") count += 1;
  response.end(String(count));
}).listen(Number(process.env.COUNTER_PORT), "127.0.0.1");`;

const suiteOf = (port: number, cases: string) => `
import { suite } from "aegis";
const world = {
  files: "./fixtures/desk",
  env: { COUNTER_PORT: "${port}" },
  services: [{ name: "counter", command: ["${process.execPath}", "counter.mjs"], port: ${port}, health: "/", env: { COUNTER_PORT: "${port}" } }],
};
export default suite("desk", { agent: "clerk", trials: 2, cases: ${cases} });`;

const CASES = `[
  { id: "clears", input: ["clear it", "what is there?"], world, checks: [
    { state: { path: 'files["shop.db"].orders.W1.cents', equals: 0 } },
    { onlyTheseStateChanges: { paths: ['files["shop.db"].orders.W1.cents', 'files["seen.txt"]', "files.notes", 'files["notes/later"]'] } },
    { answerContains: ["counted 1"] },
  ] },
  { id: "fresh", input: ["what is there?"], world, checks: [{ answerContains: ["all is fresh"] }] },
]`;

/** Free at the time: services say themselves where they listen. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => void server.close(done));
  return port;
}

function makeDesk(suite: string): string {
  const folder = testProject({ "agents/clerk.ts": AGENT, "evals/desk/suite.ts": suite });
  const desk = join(folder, "evals", "desk", "fixtures", "desk");
  mkdirSync(desk, { recursive: true });
  writeFileSync(join(desk, "counter.mjs"), SERVICE);
  const db = new DatabaseSync(join(desk, "shop.db"));
  db.exec("CREATE TABLE orders (id TEXT PRIMARY KEY, cents INT); INSERT INTO orders VALUES ('W1', 100), ('W2', 200)");
  db.close();
  return folder;
}

test("each trial begins with the case's files and services, and hands back what changed", async () => {
  const folder = makeDesk(suiteOf(await freePort(), CASES));
  // One at a time: the service's port is the case's own.
  const { exitCode, stdout, stderr } = await runCli(folder, ["eval", "run", "--concurrency", "1"]);
  expect({ exitCode, stderr: stderr.match(/void|error/gi) }, stdout).toEqual({ exitCode: 0, stderr: null });
  const { trials, changes } = await withStore(folder, async (store) => {
    const [run] = await store.listEvalRuns({ limit: 1 });
    const stored: Trial[] = await store.listTrials(run?.id ?? ("" as never));
    const logs = await Promise.all(
      stored.filter(({ caseId }) => caseId === "clears").map(({ runId }) => store.read(runId)),
    );
    const captured = logs.map((log) => log.find((event) => event.type === "state.captured"));
    return { trials: stored, changes: captured.map((event) => (event as RunEvent<"state.captured">).changes) };
  });
  expect(trials.map(({ outcome }) => outcome.kind)).toEqual(["scored", "scored", "scored", "scored"]);
  expect(trials.map(({ metrics }) => metrics.sandbox?.level)).toEqual(Array(4).fill("process"));
  for (const each of changes) {
    expect(each.find(({ path }) => path.includes("W1"))).toMatchObject({ before: 100, after: 0 });
    expect(each.find(({ path }) => path.includes("seen"))).toMatchObject({ after: "clear it" });
  }
  expect(processesMentioning(folder)).toEqual([]);
});

test.each([
  {
    why: "ends at once",
    with: `command: ["sh", "-c", "echo no licence >&2; exit 3"]`,
    says: /counter ended with 3.*no licence/,
  },
  { why: "is not there", with: `command: ["no-such-program"]`, says: /counter cannot be started/ },
  {
    why: "is never ready",
    with: `command: ["sleep", "600"], readyWithinMs: 300`,
    says: /was not ready at port \d+ within 300 ms/,
  },
])("a service that $why voids the trial, and is no failure of the agent", async ({ with: options, says }) => {
  const port = await freePort();
  const service = `{ name: "counter", port: ${port}, ${options} }`;
  const cases = `[{ id: "a", input: "hello", world: { ...world, services: [${service}] } }]`;
  const folder = makeDesk(suiteOf(port, cases));
  expect(await runCli(folder, ["eval", "run", "--trials", "1"])).toMatchObject({ exitCode: 2 });
  const { trials } = await withStore(folder, async (store) => {
    const [run] = await store.listEvalRuns({ limit: 1 });
    return { trials: await store.listTrials(run?.id ?? ("" as never)) };
  });
  expect(trials[0]?.outcome).toMatchObject({
    kind: "void",
    reason: "world",
    message: expect.stringMatching(says) as string,
  });
  expect(processesMentioning(folder)).toEqual([]);
});

test.each([
  {
    why: "level none has no place for them",
    words: ["--isolation", "none"],
    suite: undefined,
    code: "case.needs_sandbox",
  },
  {
    why: "the folder is missing",
    words: [],
    suite: (text: string) => text.replace("fixtures/desk", "nowhere"),
    code: "case.missing_fixture",
  },
])("files and services are refused where $why", async ({ words, suite = (text: string) => text, code }) => {
  const folder = makeDesk(suite(suiteOf(await freePort(), CASES)));
  const { exitCode, stderr } = await runCli(folder, ["eval", "run", ...words, "--json"]);
  expect(exitCode).toBeGreaterThan(2);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code } });
});
