// Asks everybody, when all is over.
import type { RunEvent, RunRecord } from "../../src/domain/index.ts";
import { LIMITS } from "../../src/kernel/index.ts";
import type { Store } from "../../src/store/index.ts";
import type { Evidence, RunEvidence } from "./evidence.ts";
import { type Client, insist } from "./insist.ts";
import type { Arrival } from "./ledger.ts";
import type { AcceptedRun, Aside } from "./load.ts";
import { isAside } from "./plan.ts";

/** A run's whole log through the API. */
export async function readThroughApi(client: Client, runId: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let fromSeq = 0; ;) {
    const { body } = await insist(client, `/v1/runs/${runId}/events?fromSeq=${fromSeq}&limit=500`);
    const page = body as { readonly items: readonly unknown[]; readonly nextSeq: number; readonly isComplete: boolean };
    items.push(...page.items);
    if (page.isComplete || page.nextSeq === fromSeq) return items;
    fromSeq = page.nextSeq;
  }
}

export async function gatherEvidence(from: {
  readonly store: Store;
  readonly runs: readonly AcceptedRun[];
  readonly asides: readonly Aside[];
  readonly told: ReadonlyMap<string, readonly unknown[]>;
  readonly arrivals: readonly Arrival[];
}): Promise<Evidence> {
  const { store, told } = from;
  const byRun = Map.groupBy(from.arrivals, ({ marker }) => marker.split("/")[0] ?? "");
  const runs: RunEvidence[] = [];
  for (const accepted of from.runs) {
    const record = await store.findRun(accepted.id);
    runs.push({
      accepted,
      record,
      events: record ? await store.read(record.id, { limit: LIMITS.runEventsMax }) : [],
      told: told.get(accepted.id),
      arrivals: byRun.get(accepted.key) ?? [],
    });
  }
  const sessionIds = [...new Set(from.runs.map(({ sessionId }) => sessionId))];
  const sessions = await Promise.all(sessionIds.map((id) => store.findSession(id)));
  const records = await allRecords(store);
  const asideLogs = new Map<string, readonly RunEvent[]>();
  for (const { id, input } of records) {
    if (isAside(input.message)) asideLogs.set(id, await store.read(id, { limit: LIMITS.runEventsMax }));
  }
  return {
    runs,
    asides: from.asides,
    asideLogs,
    records,
    sessions: sessions.filter((session) => session !== undefined),
    memories: await allMemories(store),
  };
}

async function allRecords(store: Store): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (;;) {
    const last = records.at(-1);
    const page = await store.listRuns({ limit: LIMITS.pageRowsMax, ...(last && { before: last }) });
    records.push(...page);
    if (page.length < LIMITS.pageRowsMax) return records;
  }
}

async function allMemories(store: Store): Promise<Map<string, readonly string[]>> {
  const memories = new Map<string, readonly string[]>();
  const scopes = [
    { kind: "user", id: "local", name: "user" },
    { kind: "agent", id: "mixer", name: "mixer" },
    { kind: "agent", id: "talker", name: "talker" },
  ] as const;
  for (const { name, ...scope } of scopes) {
    let afterKey = "";
    for (;;) {
      const page = await store.listMemory(scope, { limit: LIMITS.pageRowsMax, ...(afterKey !== "" && { afterKey }) });
      for (const { key } of page) {
        const versions = await store.listMemoryVersions(scope, key, LIMITS.pageRowsMax);
        memories.set(
          `${name} ${key}`,
          versions.map(({ value }) => (value as { readonly marker: string }).marker),
        );
      }
      if (page.length < LIMITS.pageRowsMax) break;
      afterKey = page.at(-1)?.key ?? "";
    }
  }
  return memories;
}
