import type { MemoryEntry, RunRecord, Session } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import { endSessions } from "../end-sessions.ts";
import type { StreamWriter } from "../open-streams.ts";
import type { MountGroup, ServerDeps } from "../route-context.ts";
import { shownOf } from "./run-events.ts";

const EXPORT = { headers: { "content-type": "application/json", "cache-control": "no-store" } };

export const mountUserRoutes: MountGroup = (mount, deps) => {
  mount("users.export", async (c, { principal, params }) => {
    const userId = deps.ownUser(principal, params.userId);
    return deps.stream(c, EXPORT, (stream) => writeExport(stream, userId, deps));
  });
  mount("users.erase", async (c, { principal, params }) => {
    const userId = deps.ownUser(principal, params.userId);
    // What is at work would go on writing.
    await endSessions(sessionsOf(userId, deps), principal.name, deps);
    const erased = await deps.store.eraseUser(userId);
    deps.sessionCounts.forget(userId);
    return c.json(erased);
  });
};

/** Everything of a user as one JSON object, page by page: it may be large. */
async function writeExport(stream: StreamWriter, userId: string, deps: ServerDeps): Promise<void> {
  await stream.write(`{"userId":${JSON.stringify(userId)},"exportedAtMs":${deps.clock.nowMs()},"memory":[`);
  await writeList(stream, memoriesOf(userId, deps), (entry) => stream.write(JSON.stringify(entry)));
  await stream.write(`],"sessions":[`);
  await writeList(stream, sessionsOf(userId, deps), async (session) => {
    await stream.write(openObject(session, "runs"));
    await writeList(stream, runsOf(session, deps), async (run) => {
      await stream.write(openObject(run, "events"));
      await writeList(stream, eventsOf(run, deps), (event) => stream.write(JSON.stringify(event)));
      await stream.write("]}");
    });
    await stream.write("]}");
  });
  await stream.write("]}");
}

/** An object with a last member that is a list still to be written. */
function openObject(value: Session | RunRecord, list: string): string {
  return `${JSON.stringify(value).slice(0, -1)},"${list}":[`;
}

async function writeList<Item>(
  stream: StreamWriter,
  items: AsyncIterable<Item>,
  write: (item: Item) => Promise<void> | undefined,
): Promise<void> {
  let isFirst = true;
  for await (const item of items) {
    if (stream.signal.aborted) return;
    if (!isFirst) await stream.write(",");
    isFirst = false;
    await write(item);
  }
}

const limit = LIMITS.pageRowsMax;

async function* memoriesOf(userId: string, { store }: ServerDeps): AsyncGenerator<MemoryEntry> {
  let afterKey: string | undefined;
  do {
    const page = await store.listMemory(
      { kind: "user", id: userId },
      { limit, ...(afterKey === undefined ? {} : { afterKey }) },
    );
    yield* page;
    afterKey = page.length === limit ? page.at(-1)?.key : undefined;
  } while (afterKey !== undefined);
}

async function* sessionsOf(ownerId: string, { store }: ServerDeps): AsyncGenerator<Session> {
  let before: Session | undefined;
  do {
    const page: Session[] = await store.listSessions({ limit, ownerId, ...(before ? { before } : {}) });
    yield* page;
    before = page.length === limit ? page.at(-1) : undefined;
  } while (before);
}

async function* runsOf({ id }: Session, { store }: ServerDeps): AsyncGenerator<RunRecord> {
  let afterPosition: number | undefined;
  do {
    const page: RunRecord[] = await store.listSessionRuns(id, {
      limit,
      ...(afterPosition === undefined ? {} : { afterPosition }),
    });
    yield* page;
    afterPosition = page.length === limit ? page.at(-1)?.position : undefined;
  } while (afterPosition !== undefined);
}

async function* eventsOf({ id }: RunRecord, { store }: ServerDeps) {
  for (let fromSeq = 0; ;) {
    const events = await store.read(id, { fromSeq, limit: 64 });
    yield* shownOf(events);
    if (events.length < 64) return;
    fromSeq += events.length;
  }
}
