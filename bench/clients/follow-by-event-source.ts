import { EventSource } from "eventsource";
import type { PublicRunEvent } from "../../src/api/index.ts";
import { type ClientDriver, type Followed, type FollowTask, RefusedError, type Told } from "./client-driver.ts";
import { readLogAsTold } from "./read-log.ts";
import { startRun } from "./start-run.ts";

/** `EventSource`, left to its own reconnecting. */
export const eventSourceDriver: ClientDriver = {
  name: "EventSource",
  // It waits half a second before it comes again: many at once, or it takes all day.
  lanes: 8,
  follow: followByEventSource,
  readWhole: (url, { runId }) => readLogAsTold(url, runId),
  close: () => Promise.resolve(),
};

async function followByEventSource(task: FollowTask): Promise<Followed> {
  const runId = await startRun(task);
  const told: Told[] = [];
  let reconnects = 0;
  const over = Promise.withResolvers<void>();
  const source = new EventSource(`${task.url}/v1/runs/${runId}/events`);
  source.addEventListener("message", ({ data, lastEventId }) => {
    const event = JSON.parse(String(data)) as PublicRunEvent;
    told.push({ place: Number(lastEventId), content: event });
    if (event.type === "run.ended") over.resolve();
  });
  source.addEventListener("error", ({ code, message }) => {
    reconnects += 1;
    if (source.readyState !== source.CLOSED) return;
    over.reject(new RefusedError(`EventSource gave up at ${code} ${message}, behind event ${told.at(-1)?.place}`));
  });
  const giveUp = () => over.reject(task.signal.reason);
  task.signal.addEventListener("abort", giveUp, { once: true });
  try {
    await over.promise;
    return { runId, told, reconnects };
  } finally {
    task.signal.removeEventListener("abort", giveUp);
    source.close();
  }
}
