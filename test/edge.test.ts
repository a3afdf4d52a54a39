import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunEvent, Trial } from "../src/domain/index.ts";
import { processesMentioning, runCli, testProject, withStore } from "./cli-kit.ts";

const AGENT = `
import { defineAgent } from "aegis";
const get = async (url) => {
  const answer = await fetch(url, { headers: { authorization: "Bearer sk-planted-0123456789abcdef" } });
  return answer.status + " " + (await answer.text());
};
export default defineAgent({ name: "asker", version: "1", run: async ({ message, context }) => {
  const wanted = message.split(" ");
  const said = [];
  for (const path of wanted) said.push(await get(path.startsWith("http") ? path : context.env.SHOP_URL + path).catch((error) => "failed: " + (error.cause?.message ?? error.message)));
  return said.join("; ");
} });`;

/** A shop that counts: no two answers are the same. */
const WORLD = `
import { createServer } from "node:http";
export default async () => {
  let count = 0;
  const server = createServer((request, response) => response.end(request.url + " " + (count += 1)));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { env: { SHOP_URL: "http://127.0.0.1:" + server.address().port + "/v1" }, state: () => ({ count }), close: () => { server.closeAllConnections(); server.close(); } };
};`;

function makeSuite(cases: string, more = "", agent = AGENT): string {
  return testProject({
    "agents/asker.ts": agent,
    "evals/net/world.ts": WORLD,
    "evals/net/suite.ts": `import { suite } from "aegis";
export default suite("net", { agent: "asker", trials: 1, isolation: "process", ${more} cases: ${cases} });`,
  });
}

async function lastTrials(folder: string): Promise<{ trial: Trial; log: RunEvent[] }[]> {
  return withStore(folder, async (store) => {
    const [run] = await store.listEvalRuns({ limit: 1 });
    const trials = await store.listTrials(run?.id ?? ("" as never));
    return Promise.all(trials.map(async (trial) => ({ trial, log: await store.read(trial.runId) })));
  });
}

const answerIn = (log: readonly RunEvent[]) => log.findLast((event) => event.type === "message.sent")?.content;

test.each(["none", "process", "namespace"])(
  "at %s, what passed is recorded without its secrets and replayed without the service",
  async (level) => {
    const words = ["eval", "run", "--isolation", level];
    const folder = makeSuite(
      `[{ id: "live", input: "/a /b /a", world: { network: { record: "./shop.jsonl" } } }]`,
      `world: "./world.ts",`,
    );
    const live = await runCli(folder, words);
    expect({ exitCode: live.exitCode }, live.stdout + live.stderr).toEqual({ exitCode: 0 });
    const [recorded] = await lastTrials(folder);
    expect(answerIn(recorded?.log ?? [])).toBe("200 /v1/a 1; 200 /v1/b 2; 200 /v1/a 3");
    const effects = recorded?.log.filter((event) => event.type === "http.called") ?? [];
    expect(effects.map(({ witness, url }) => [witness, url])).toEqual(
      ["/v1/a", "/v1/b", "/v1/a"].map((path) => ["edge", `http://shop-url.world${path}`]),
    );
    const cassette = readFileSync(join(folder, "evals", "net", "shop.jsonl"), "utf8");
    expect(cassette).not.toContain("sk-planted");
    expect(JSON.stringify(recorded?.log)).not.toContain("sk-planted");

    // Nobody listens there any more, and the second `/a` is still another one than the first.
    const again = testProject({
      "agents/asker.ts": AGENT,
      "evals/net/shop.jsonl": cassette,
      "evals/net/suite.ts": `import { suite } from "aegis";
const world = { env: { SHOP_URL: "http://127.0.0.1:9/v1" }, network: { replay: { cassette: "./shop.jsonl" } } };
export default suite("net", { agent: "asker", trials: 2, isolation: "${level}", cases: [
  { id: "same", input: "/a /b /a", world, checks: [{ answerContains: ["200 /v1/a 1; 200 /v1/b 2; 200 /v1/a 3"] }] },
] });`,
    });
    const replayed = await runCli(again, words);
    expect({ exitCode: replayed.exitCode }, replayed.stdout + replayed.stderr).toEqual({ exitCode: 0 });
    expect(processesMentioning(folder)).toEqual([]);
  },
);

test("what a cassette does not hold voids the trial, and the nearest recorded request is named", async () => {
  const folder = makeSuite(
    `[{ id: "live", input: "/orders/1", world: { network: { record: "./shop.jsonl" } } }]`,
    `world: "./world.ts",`,
  );
  await runCli(folder, ["eval", "run"]);
  const cassette = readFileSync(join(folder, "evals", "net", "shop.jsonl"), "utf8");
  const again = testProject({
    "agents/asker.ts": AGENT,
    "evals/net/shop.jsonl": cassette,
    "evals/net/suite.ts": `import { suite } from "aegis";
const world = { env: { SHOP_URL: "http://127.0.0.1:9/v1" }, network: { replay: { cassette: "./shop.jsonl" } } };
export default suite("net", { agent: "asker", trials: 1, isolation: "process", cases: [{ id: "other", input: "/orders/2", world }] });`,
  });
  expect(await runCli(again, ["eval", "run"])).toMatchObject({ exitCode: 2 });
  const [voided] = await lastTrials(again);
  expect(voided?.trial.outcome).toMatchObject({
    kind: "void",
    reason: "recording",
    message: expect.stringMatching(/orders\/2[\s\S]*orders\/1/) as string,
  });
});

test.each(["process", "namespace"])(
  "at %s nothing beyond the world's services is reached unless it is allowed",
  async (level) => {
    const folder = makeSuite(
      `[
    { id: "closed", input: "http://example.test/x http://169.254.169.254/latest https://example.test/y", world: { network: { allow: ["other.test"] } } },
    { id: "service", input: "/a", world: { network: { allow: ["other.test"] } } },
  ]`,
      `world: "./world.ts",`,
    );
    const { exitCode, stdout, stderr } = await runCli(folder, ["eval", "run", "--isolation", level]);
    expect({ exitCode }, stdout + stderr).toEqual({ exitCode: 0 });
    const trials = await lastTrials(folder);
    const said = Object.fromEntries(trials.map(({ trial, log }) => [trial.caseId, answerIn(log)]));
    expect(said["service"]).toBe("200 /v1/a 1");
    expect(said["closed"]?.match(/network\.egress_refused/g)?.length).toBeGreaterThanOrEqual(2);
    expect(said["closed"]).not.toMatch(/^200|; 200/);
  },
);

test("a case's faults happen on the wire, and the log says so", async () => {
  const folder = makeSuite(
    `[{ id: "flaky", input: "/a /a /b", world: { faults: [{ on: "http GET shop-url.world/v1/a", call: 1, do: "unavailable" }] } }]`,
    `world: "./world.ts",`,
  );
  await runCli(folder, ["eval", "run"]);
  const log = (await lastTrials(folder))[0]?.log ?? [];
  expect(answerIn(log)).toMatch(/^503 .*; 200 \/v1\/a 1; 200 \/v1\/b 2$/s);
  expect(log.filter((event) => event.type === "fault.injected")).toMatchObject([
    { witness: "edge", on: "http GET shop-url.world/v1/a", fault: "unavailable" },
  ]);
  expect(log.filter((event) => event.type === "http.returned").map(({ status }) => status)).toEqual([503, 200, 200]);
});

test("a profile of faults is put over any suite, the same for the same seed", async () => {
  const folder = makeSuite(`[{ id: "many", input: "${"/a ".repeat(30).trim()}" }]`, `world: "./world.ts",`);
  const run = async () => {
    await runCli(folder, ["eval", "run", "--faults", "flaky-api", "--seed", "4"]);
    const log = (await lastTrials(folder))[0]?.log ?? [];
    return log.flatMap((event) => (event.type === "fault.injected" ? [event.fault] : []));
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(0);
  expect(await run()).toEqual(first);
});

test.each([
  { why: "cassette of another version", line: '{"aegis":"cassette","version":99}', code: "network.bad_cassette" },
  { why: "no cassette at all", line: undefined, code: "io.not_found" },
])("$why is refused with its code", async ({ line, code }) => {
  const folder = makeSuite(`[{ id: "a", input: "/a", world: { network: { replay: { cassette: "./shop.jsonl" } } } }]`);
  if (line !== undefined) writeFileSync(join(folder, "evals", "net", "shop.jsonl"), `${line}\n`);
  const { exitCode, stderr } = await runCli(folder, ["eval", "run", "--json"]);
  expect(exitCode).toBeGreaterThan(2);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code } });
});
