import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentDefinition, defineAgent, type AgentOptions } from "../agent/index.ts";
import type { RunEvent, RunRecord } from "../domain/index.ts";
import { idMaker, systemClock } from "../kernel/index.ts";
import { openAgentSession } from "../app/serve/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
import type { Store } from "../store/index.ts";
import { localDispatcher } from "../runtime/adapters/local-dispatcher.ts";
import { openRuntime, type Runtime, type RuntimeOptions } from "../runtime/index.ts";

/** A store in a folder of its own, and runtimes over it, closed together. */
export function openPlace() {
  const folder = mkdtempSync(join(tmpdir(), "aegis-runtime-"));
  const path = join(folder, "store.db");
  const opened: (() => Promise<void>)[] = [];
  const openStore = async () => {
    const store = await openSqliteStore({ path });
    opened.push(async () => store[Symbol.asyncDispose]());
    return store;
  };
  return {
    path,
    openStore,
    async open(agents: readonly AgentOptions[], more: Partial<RuntimeOptions> = {}): Promise<Opened> {
      const store = more.store ?? (await openStore());
      const runtime = await openRuntime(runtimeOptions(agents, { store, ...more }));
      opened.unshift(() => runtime.close());
      return { runtime, store };
    },
    async close() {
      for (const close of opened.splice(0)) await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Opened {
  readonly runtime: Runtime;
  readonly store: Store;
}

export function runtimeOptions(
  agents: readonly AgentOptions[],
  { store, ...more }: Partial<RuntimeOptions> & { readonly store: Store },
): RuntimeOptions {
  const definitions: AgentDefinition[] = agents.map((agent) => defineAgent(agent));
  const offers = definitions.map(({ name, version }) => ({ agent: name, version }));
  return {
    store,
    clock: systemClock,
    makeId: idMaker(systemClock, Math.random),
    agents: {
      offers,
      find: (name, version) =>
        definitions.find((each) => each.name === name && (version === undefined || each.version === version)),
    },
    openSession: (request) => openAgentSession({ ...request, folder: process.cwd() }),
    openDispatcher: ({ workerId }) => localDispatcher({ store, workerId, offers, clock: systemClock, pollMs: 20 }),
    costOf: () => 1,
    env: {},
    ...more,
  };
}

/** The run's events to its end. */
export async function eventsOf(runtime: Runtime, run: Pick<RunRecord, "id">): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of runtime.follow({ runId: run.id })) events.push(event);
  return events;
}

/** Waits until the run's record is as wanted. */
export async function until(
  runtime: Runtime,
  run: Pick<RunRecord, "id">,
  isThere: (record: RunRecord) => boolean,
): Promise<RunRecord> {
  for (;;) {
    const record = await runtime.run(run.id);
    if (isThere(record)) return record;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
