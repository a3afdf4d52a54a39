// A server of long answers that tells its parent how much memory it holds and what its log says:
// `node --expose-gc server.ts` with an IPC channel. See ServerQuestion and ServerAnswer.
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ToolLoopAgent, isStepCount, jsonSchema, tool } from "ai";
import { publicEvent } from "../../src/api/index.ts";
import type { Id } from "../../src/kernel/index.ts";
import { idMaker, systemClock } from "../../src/kernel/index.ts";
import { serveHttp } from "../../src/server/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openPlace } from "../../src/testing/open-place.ts";
import { longWindedModel } from "./long-winded-model.ts";

export type ServerQuestion =
  | { readonly ask: "memory" }
  | { readonly ask: "log"; readonly runId: string }
  | { readonly ask: "close" };

export type ServerAnswer =
  | { readonly kind: "ready"; readonly url: string }
  | ({ readonly kind: "memory" } & ServerMemory)
  | { readonly kind: "log"; readonly digest: string; readonly bytes: number };

/** After collecting garbage. */
export interface ServerMemory {
  readonly rssMb: number;
  /** What the main thread holds on to: heap, and buffers outside of it. */
  readonly heldMb: number;
}

const MB = 1_024 * 1_024;
const LOG_PAGE = 20;

const place = openPlace();
const model = longWindedModel();
const more = tool({
  description: "More to say.",
  inputSchema: jsonSchema<object>({ type: "object" }),
  execute: () => "yes",
});
const { runtime, store } = await place.open([
  {
    name: "long",
    version: "1",
    agent: () => new ToolLoopAgent({ model, tools: { more }, stopWhen: isStepCount(1_000) }),
  },
]);
const server = await serveHttp({
  runtime,
  store,
  clock: systemClock,
  makeId: idMaker(systemClock, Math.random),
  randomBytes,
  auth: null,
});
process.on("message", (question: ServerQuestion) => void answer(question));
tell({ kind: "ready", url: server.url });

async function answer(question: ServerQuestion): Promise<void> {
  switch (question.ask) {
    case "memory":
      return tell({ kind: "memory", ...(await memory()) });
    case "log":
      return tell({ kind: "log", ...(await digestOfLog(store, question.runId as Id<"run">)) });
    case "close":
      await server.close();
      await place.close();
      process.disconnect?.();
  }
}

function tell(told: ServerAnswer): void {
  process.send?.(told);
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error("start it with --expose-gc");
  globalThis.gc();
}

/** Collected several times, with turns in between: what one collection lets go of, finalizers and the system take later. */
async function memory(): Promise<ServerMemory> {
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await sleep(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssMb: rss / MB, heldMb: (heapUsed + external) / MB };
}

/** What every reader must have seen, from the first event to the last, in order. */
async function digestOfLog(logs: Store, runId: Id<"run">): Promise<{ digest: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for (let fromSeq = 0; ;) {
    const events = await logs.read(runId, { fromSeq, limit: LOG_PAGE });
    for (const event of events) {
      const shown = publicEvent(event);
      if (shown === undefined) continue;
      const text = `${event.seq} ${JSON.stringify(shown)}\n`;
      bytes += Buffer.byteLength(text);
      hash.update(text);
    }
    fromSeq += events.length;
    if (events.length < LOG_PAGE) return { digest: hash.digest("hex"), bytes };
  }
}
