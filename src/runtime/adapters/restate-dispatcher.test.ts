import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { RunRecord } from "../../domain/index.ts";
import { openSqliteStore } from "../../store/adapters/sqlite/open-sqlite-store.ts";
import { describeDispatchConformance } from "../../testing/dispatch-conformance.ts";
import { type RestateServer, startRestateServer } from "../../testing/restate-server.ts";
import { makeId } from "../../testing/sample-records.ts";
import type { PerformRun } from "../dispatch.ts";
import { openRestateDispatcher, type RestateDispatcherOptions } from "./restate-dispatcher.ts";

let restate: RestateServer;
beforeAll(async () => void (restate = await startRestateServer({ hasIdentity: true })));
afterAll(() => restate.stop());

const listen = { host: "127.0.0.1", port: 0 };
const PATIENCE = { timeout: 30_000, interval: 10 };
const ended: PerformRun = async () => ({ kind: "ended", next: undefined });
const withCode = (code: string) => expect.objectContaining({ code });

function optionsOf(more: Partial<RestateDispatcherOptions> = {}): RestateDispatcherOptions {
  const { ingressUrl, adminUrl } = restate;
  return { ingressUrl, adminUrl, listen, offers: [], ...more };
}

async function open(perform: PerformRun, more: Partial<RestateDispatcherOptions> = {}) {
  const dispatcher = await openRestateDispatcher(optionsOf(more))(perform);
  onTestFinished(() => dispatcher.close());
  return dispatcher;
}

function newRun(agent: string, version = "1"): Pick<RunRecord, "id" | "sessionId" | "agent" | "version"> {
  return { id: makeId(), sessionId: makeId(), agent, version };
}

async function askAdmin<Answer>(path: string): Promise<Answer> {
  return (await (await fetch(`${restate.adminUrl}${path}`)).json()) as Answer;
}

describeDispatchConformance("The Restate dispatcher", {
  openStore: () => openSqliteStore({ path: ":memory:" }),
  openDispatcher: ({ offers }) => openRestateDispatcherLate(() => optionsOf({ offers })),
});

/** The server's addresses are known only when a test runs. */
function openRestateDispatcherLate(options: () => RestateDispatcherOptions) {
  return (perform: PerformRun) => openRestateDispatcher(options())(perform);
}

describe("what Restate is told", () => {
  test("a service may be silent for as long as its slowest step, and is retried without end", async () => {
    const agent = `agent ${makeId()}`;
    await open(ended, { offers: [{ agent, version: "1.0.0-rc.1+ü" }] });
    const { services } = await askAdmin<{ services: Readonly<Record<string, unknown>>[] }>("/services");
    const service = services.find(({ name }) => String(name).includes(agent.replace(" ", "_")));
    expect(service).toMatchObject({
      ty: "VirtualObject",
      inactivity_timeout: "365d",
      abort_timeout: "365d",
      retry_policy: { initial_interval: "50ms", max_interval: "500ms", max_attempts: 1_000_000_000 },
    });
  });

  test("a server that has forgotten the worker is told again", async () => {
    const agent = `agent-${makeId()}`;
    let count = 0;
    const perform: PerformRun = async () => {
      count += 1;
      return { kind: "ended", next: undefined };
    };
    const dispatcher = await open(perform, { offers: [{ agent, version: "1" }] });
    type Deployments = { deployments: { id: string; services: { name: string }[] }[] };
    const { deployments } = await askAdmin<Deployments>("/deployments");
    for (const { id, services } of deployments) {
      if (!services.some(({ name }) => name.includes(agent))) continue;
      await fetch(`${restate.adminUrl}/deployments/${id}?force=true`, { method: "DELETE" });
    }
    await dispatcher.dispatch(newRun(agent));
    await vi.waitFor(() => expect(count).toBe(1), PATIENCE);
  });
});

describe("when Restate is not there", () => {
  const nowhere = "http://127.0.0.1:1";

  test("opening fails after its limit, dispatching at once", async () => {
    const offers = [{ agent: "a", version: "1" }];
    const opening = openRestateDispatcher(optionsOf({ adminUrl: nowhere, offers, startLimitMs: 50 }))(ended);
    await expect(opening).rejects.toEqual(withCode("dispatch.unavailable"));
    const dispatcher = await open(ended, { ingressUrl: nowhere });
    await expect(dispatcher.dispatch(newRun("a"))).rejects.toEqual(withCode("dispatch.unavailable"));
  });

  test("a run under way goes on, and stays with its worker when Restate is back", async () => {
    const agent = `agent-${makeId()}`;
    const mayEnd = Promise.withResolvers<void>();
    let count = 0;
    const perform: PerformRun = async () => {
      count += 1;
      await mayEnd.promise;
      return { kind: "ended", next: undefined };
    };
    const dispatcher = await open(perform, { offers: [{ agent, version: "1" }] });
    const run = newRun(agent);
    await dispatcher.dispatch(run);
    await vi.waitFor(() => expect(dispatcher.activeCount).toBe(1), PATIENCE);
    await restate.kill();
    await restate.start();
    await vi.waitFor(async () => expect(await invocationStatus(run.sessionId)).toBe("running"), PATIENCE);
    expect([count, dispatcher.activeCount]).toEqual([1, 1]);
    mayEnd.resolve();
    await vi.waitFor(async () => expect(await invocationStatus(run.sessionId)).toBe(undefined), PATIENCE);
    expect([count, dispatcher.activeCount]).toEqual([1, 0]);
  });

  async function invocationStatus(key: string): Promise<string | undefined> {
    const answer = await fetch(`${restate.adminUrl}/query`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query: `SELECT status FROM sys_invocation WHERE target_service_key = '${key}'` }),
    });
    const { rows } = (await answer.json()) as { rows: { status: string }[] };
    return rows.map(({ status }) => status).find((status) => status !== "completed");
  }
});

describe("who may hand over runs", () => {
  test("beyond loopback a worker wants to know Restate's key", async () => {
    const opening = openRestateDispatcher(optionsOf({ listen: { host: "0.0.0.0", port: 0 } }))(ended);
    await expect(opening).rejects.toEqual(withCode("dispatch.unidentified"));
  });

  test("a worker that knows Restate's key performs for nobody else", async () => {
    const agent = `agent-${makeId()}`;
    let count = 0;
    const perform: PerformRun = async () => {
      count += 1;
      return { kind: "ended", next: undefined };
    };
    const { identityKey = expect.fail("no key") } = restate;
    const offers = [{ agent, version: "1" }];
    const dispatcher = await open(perform, { offers, identityKeys: [identityKey] });
    await dispatcher.dispatch(newRun(agent));
    await vi.waitFor(() => expect(count).toBe(1), PATIENCE);
    const stranger = await startRestateServer();
    onTestFinished(() => stranger.stop());
    const address = `http://127.0.0.1:${dispatcher.port}`;
    const asked = { ...optionsOf({ offers }), adminUrl: stranger.adminUrl, ingressUrl: stranger.ingressUrl };
    const opening = openRestateDispatcher({ ...asked, advertisedUrl: address, startLimitMs: 50 })(ended);
    await expect(opening).rejects.toMatchObject({
      code: "dispatch.unavailable",
      message: expect.stringContaining("401"),
    });
  });
});
