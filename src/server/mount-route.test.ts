import { expect, test } from "vitest";
import { until } from "../testing/open-place.ts";
import { openProtocolServer } from "../testing/open-protocol-server.ts";

test("requests that only wait for an event leave room for others", async () => {
  const server = await openProtocolServer({ limits: { requestsInFlightMax: 1, longPollMs: 60_000 } });
  const { runtime } = server;
  const session = await runtime.createSession({ agent: "refunder", ownerId: "local" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "refund me", by: "local" });
  await until(runtime, run, ({ status }) => status === "paused");
  const gone = new AbortController();
  const isWaiting = async (count: number) => {
    const response = await fetch(`${server.url}/metrics`);
    return (await response.text()).includes(`\naegis_waiting_polls ${count}\n`);
  };
  for (const count of [1, 2, 3]) {
    const poll = fetch(`${server.url}/v1/runs/${run.id}/stream?offset=now&live=long-poll`, { signal: gone.signal });
    poll.catch(() => undefined);
    while (!(await isWaiting(count))) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await fetch(`${server.url}/v1/sessions`)).status).toBe(200);
  gone.abort();
  await server.close();
});
