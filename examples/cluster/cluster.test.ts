import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Cluster, startCluster } from "./start-cluster.ts";

let cluster: Cluster;
const log: string[] = [];
beforeAll(async () => void (cluster = await startCluster({ onLog: (line) => log.push(line) })));
afterAll(() => cluster.stop());

interface Run {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly workerId: string | null;
}

async function ask<Answer>(path: string, body?: unknown, at = 0): Promise<Answer> {
  const worker = cluster.workers[at % cluster.workers.length] ?? expect.fail("no worker");
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`${worker.url}/v1${path}`, body === undefined ? {} : post);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}\n${log.slice(-10).join("\n")}`);
  return JSON.parse(text) as Answer;
}

async function startRun(at: number): Promise<Run> {
  const { id } = await ask<{ id: string }>("/sessions", { agent: "careful" }, at);
  return (await ask<{ run: Run }>(`/sessions/${id}/runs`, { message: "Where is my order W1001?" }, at)).run;
}

async function allAnswered(runs: readonly Run[], at: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const now = await Promise.all(runs.map(({ id }) => ask<Run>(`/runs/${id}`, undefined, at)));
      expect(now.map(({ outcome }) => outcome)).toEqual(runs.map(() => "answered"));
    },
    { timeout: 45_000, interval: 50 },
  );
}

test("a run is accepted by one worker and told by another, whoever performs it", async () => {
  const runs = await Promise.all(Array.from({ length: 9 }, (_, index) => startRun(index)));
  await allAnswered(runs, 1);
  const performers = await Promise.all(runs.map(({ id }) => ask<Run>(`/runs/${id}`, undefined, 2)));
  expect(new Set(performers.map(({ workerId }) => workerId)).size).toBeGreaterThan(1);
});

test("with a worker killed under load every run is answered, and its successor takes part", async () => {
  const victim = cluster.workers[2] ?? expect.fail("no worker");
  const runs = await Promise.all(Array.from({ length: 12 }, (_, index) => startRun(index % 2)));
  victim.process.kill("SIGKILL");
  await once(victim.process, "exit");
  const later = await Promise.all(Array.from({ length: 4 }, (_, index) => startRun(index % 2)));
  await allAnswered([...runs, ...later], 0);
  await cluster.replaceWorker(2);
  await vi.waitFor(() => expect(cluster.balancer.readyCount).toBe(3), { timeout: 20_000, interval: 20 });
  const last = await Promise.all([startRun(2), startRun(2)]);
  await allAnswered(last, 2);
});
