import { randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { AgentOptions } from "../src/agent/index.ts";
import { idMaker, systemClock } from "../src/kernel/index.ts";
import { serveHttp } from "../src/server/index.ts";
import { openPlace } from "../src/testing/open-place.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const echo: AgentOptions = {
  name: "echo",
  version: "1",
  run: ({ message, messages }) => `${messages.length}: ${message}`,
};

test("a session, a run, its events", async () => {
  const place = openPlace();
  closers.push(() => place.close());
  const { runtime, store } = await place.open([echo]);
  const server = await serveHttp({
    runtime,
    store,
    clock: systemClock,
    makeId: idMaker(systemClock, Math.random),
    randomBytes,
    auth: null,
    log: (line) => process.stderr.write(`${JSON.stringify(line)} ${String((line.error as Error)?.stack)}\n`),
  });
  closers.push(() => server.close());
  const post = async (path: string, body: unknown, headers = {}) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  const made = await post("/v1/sessions", { agent: "echo" });
  expect(made.status).toBe(201);
  const session = (await made.json()) as { id: string };
  const started = await post(`/v1/sessions/${session.id}/runs`, { message: "hi" });
  expect(started.status).toBe(202);
  const { run } = (await started.json()) as { run: { id: string } };
  const events = await fetch(`${server.url}/v1/runs/${run.id}/events`);
  console.log(events.status, [...events.headers]);
  console.log(await events.text());
  const again = await fetch(`${server.url}/v1/runs/${run.id}/events`, { headers: { "last-event-id": "3" } });
  expect(again.status).toBe(204);
  const future = await fetch(`${server.url}/v1/runs/${run.id}/events`, { headers: { "last-event-id": "30" } });
  console.log(future.status, await future.text());
  for (const path of ["/v1/openapi.json", "/metrics", "/ready", "/v1/runs", "/v1/nothing", `/v1/runs/${run.id}/stream`]) {
    const answer = await fetch(`${server.url}${path}`);
    console.log(path, answer.status, [...answer.headers], (await answer.text()).slice(0, 1000));
  }
});
