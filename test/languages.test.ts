import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Trial } from "../src/domain/index.ts";
import { eventually, makeProject, processesMentioning, ROOT, runJson, withStore } from "./cli-kit.ts";

// The example's suite asks an AI SDK agent, a service behind a URL and a Python program the same things, all against
// one scripted model, served as an OpenAI-compatible endpoint.
const { folder, remove } = makeProject({});
const project = join(folder, "examples", "any-language");
afterAll(remove);

beforeAll(() => {
  const isOwn = (path: string) => !/\.aegis|\.test\.ts$/.test(path);
  mkdirSync(join(folder, "examples"));
  for (const example of ["any-language", "support"]) {
    cpSync(join(ROOT, "examples", example), join(folder, "examples", example), { recursive: true, filter: isOwn });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
});

interface Told {
  readonly verdicts: readonly string[];
  readonly calls: readonly string[];
}

/** What one agent did in every trial, by case and attempt. */
async function run(agent: string, env: NodeJS.ProcessEnv = {}): Promise<Record<string, Told>> {
  const { run: told, gate, summary } = await runJson(project, ["eval", "run", "--agent", agent, "--seed", "1"], env);
  expect(gate).toMatchObject({ exitCode: 0 });
  expect(summary.suite.trials).toMatchObject({ asked: 14, scored: 14, passed: 12 });
  const trials = await withStore(project, (store) => store.listTrials(told.id as Trial["evalRunId"]));
  return Object.fromEntries(trials.map((trial) => [`${trial.caseId}#${trial.attemptIndex}`, outline(trial)]));
}

function outline({ verdicts, metrics }: Trial): Told {
  return {
    verdicts: verdicts.map(({ name, outcome, explanation }) => `${name}: ${outcome}: ${explanation}`),
    calls: metrics.tools.map(({ tool, arguments: given, isError }) => `${tool} ${given}${isError ? " failed" : ""}`),
  };
}

/** The example's service, in a process of its own on a free port. */
async function startService() {
  const service = spawn(process.execPath, ["agents/http-server.ts"], { cwd: project, env: { PORT: "0" } });
  onTestFinished(() => void service.kill("SIGKILL"));
  const [line] = (await once(service.stdout, "data")) as [Buffer];
  const stop = async () => {
    service.kill();
    await once(service, "exit");
  };
  return { env: { HTTP_AGENT_URL: line.toString().replace("agent at ", "").trim() }, stop };
}

test("an AI SDK agent, a URL and a Python program get the same verdicts, for the same calls", async () => {
  const sdk = await run("ai-sdk");
  expect(Object.values(sdk).flatMap(({ calls }) => calls)).toContain(
    'refund_issue {"amountCents":3290,"orderId":"W1270"}',
  );
  expect(await run("python")).toEqual(sdk);
  const service = await startService();
  expect(await run("http", service.env)).toEqual(sdk);
  await service.stop();
  // Its answers really came from there: without the service the same agent fails.
  const one = ["eval", "run", "--agent", "http", "--case", "order-status", "--trials", "1"];
  expect((await runJson(project, one, service.env)).gate).toMatchObject({ exitCode: 1 });
  await eventually(() => processesMentioning(folder).length === 0);
});
