import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteStore } from "../../src/store/adapters/sqlite/open-sqlite-store.ts";
import { say } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { startProcess } from "./start-process.ts";

/** Spans that were acknowledged before a kill -9 at any moment, and are not there after it. */
export async function killAndCount(path: string, kills: number): Promise<Figure> {
  const kept = new Map<string, Set<string>>();
  let [acknowledged, lost] = [0, 0];
  for (let kill = 0; kill < kills; kill += 1) {
    const child = startProcess("acknowledge", { path, spans: 0, seed: 100 + kill });
    const exited = once(child, "exit");
    const told = (async () => {
      for await (const line of createInterface({ input: child.stdout! })) acknowledged += remember(kept, line);
    })();
    const before = acknowledged;
    while (acknowledged === before && child.exitCode === null) await sleep(5);
    await sleep(Math.random() * 1_500);
    child.kill("SIGKILL");
    await Promise.all([exited, told]);
    lost += await countMissing(path, kept);
    kept.clear();
  }
  say(`killed ${kills} times; ${acknowledged} spans had been acknowledged`);
  return {
    what: `ingest: acknowledged spans lost in ${kills} kills, of ${acknowledged}`,
    value: lost,
    unit: "",
    target: 0,
    bound: { of: "acknowledged spans", ratio: acknowledged === 0 ? 1 : lost / acknowledged, ratioMax: 0 },
  };
}

/** The last line may have been cut: only what was said whole counts. */
function remember(kept: Map<string, Set<string>>, line: string): number {
  if (!line.endsWith(".")) return 0;
  let count = 0;
  for (const part of line.slice(0, -1).split(",")) {
    const [traceId = "", ...spanIds] = part.split(" ");
    kept.set(traceId, new Set([...(kept.get(traceId) ?? []), ...spanIds]));
    count += spanIds.length;
  }
  return count;
}

async function countMissing(path: string, kept: ReadonlyMap<string, ReadonlySet<string>>): Promise<number> {
  await using store = await openSqliteStore({ path });
  let missing = 0;
  for (const [traceId, spanIds] of kept) {
    const there = new Set((await store.readSpans(traceId)).map(({ spanId }) => spanId));
    missing += [...spanIds].filter((spanId) => !there.has(spanId)).length;
  }
  return missing;
}
