import { type LiveMode, type Offset, stream } from "@durable-streams/client";
import type { PublicRunEvent } from "../../src/api/index.ts";
import { type ClientDriver, type Followed, type FollowTask, pause, RefusedError, type Told } from "./client-driver.ts";
import { readLogAsTold } from "./read-log.ts";
import { startRun } from "./start-run.ts";

/** `@durable-streams/client`: in each of its ways to live, and behind what it cannot mend from the offset it kept. */
export const durableStreamsDriver: ClientDriver = {
  name: "durable-streams",
  lanes: 3,
  follow: followByDurableStreams,
  readWhole: (url, { runId }) => readLogAsTold(url, runId),
  close: () => Promise.resolve(),
};

const LIVE: readonly LiveMode[] = ["sse", "sse", "long-poll", false];

async function followByDurableStreams(task: FollowTask): Promise<Followed> {
  const runId = await startRun(task);
  const told: Told[] = [];
  const live = LIVE[Math.floor(task.random() * LIVE.length)] ?? "sse";
  let offset: Offset = "-1";
  let isClosed = false;
  let reconnects = 0;
  /** What broke before an answer began is mended by the client itself. */
  const counted: typeof fetch = (...request) =>
    fetch(...request).catch((error: unknown) => {
      reconnects += 1;
      throw error;
    });
  while (!isClosed) {
    try {
      const response = await stream<PublicRunEvent>({
        url: `${task.url}/v1/runs/${runId}/stream`,
        offset,
        live,
        fetch: counted,
        signal: task.signal,
        warnOnHttp: false,
        sseResilience: { logWarnings: false },
        backoffOptions: { initialDelay: 20, maxDelay: 200, multiplier: 2, maxRetries: 20 },
      });
      response.subscribeJson((batch) => {
        told.push(...batch.items.map((event) => ({ place: event.seq, content: event })));
        offset = batch.offset;
        isClosed ||= batch.streamClosed;
      });
      await response.closed;
    } catch (error) {
      reconnects += 1;
      const status = statusOf(error);
      if (status !== undefined && status < 500 && status !== 429) throw new RefusedError(`${status} at ${offset}`);
    }
    if (!isClosed) await pause(task.signal);
  }
  return { runId, told, reconnects };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}
