import type { Asked, MountGroup, ServerContext, ServerDeps } from "../route-context.ts";
import type { MemoryEntry, MemoryScope } from "../../domain/index.ts";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import { definedOnly } from "../defined-only.ts";
import { readIdempotencyKey } from "./sessions.ts";

/** The memory of users and of agents: the same routes twice, with different rights. */
export const mountMemoryRoutes: MountGroup = (mount, deps) => {
  const { store } = deps;
  const ofUser = ({ principal, params }: Pick<Asked<"user-memory.list">, "principal" | "params">): MemoryScope => ({
    kind: "user",
    id: deps.ownUser(principal, params.userId),
  });
  const ofAgent = ({ params }: Pick<Asked<"agent-memory.list">, "params">): MemoryScope => ({
    kind: "agent",
    id: params.agent,
  });
  mount("user-memory.list", async (c, asked) => c.json(await listEntries(ofUser(asked), asked.query, deps)));
  mount("agent-memory.list", async (c, asked) => c.json(await listEntries(ofAgent(asked), asked.query, deps)));
  mount("user-memory.get", (c, asked) => answerEntry(c, ofUser(asked), asked.params.key, deps));
  mount("agent-memory.get", (c, asked) => answerEntry(c, ofAgent(asked), asked.params.key, deps));
  mount("user-memory.put", (c, asked) => putEntry(c, { scope: ofUser(asked), ...asked.params, ...asked.body }, deps));
  mount("agent-memory.put", (c, asked) => putEntry(c, { scope: ofAgent(asked), ...asked.params, ...asked.body }, deps));
  mount("user-memory.erase", (c, asked) => eraseEntry(c, ofUser(asked), asked.params.key, deps));
  mount("agent-memory.erase", (c, asked) => eraseEntry(c, ofAgent(asked), asked.params.key, deps));
  mount("user-memory.versions", (c, asked) => answerVersions(c, ofUser(asked), asked, deps));
  mount("agent-memory.versions", (c, asked) => answerVersions(c, ofAgent(asked), asked, deps));
  mount("user-memory.erase-all", async (c, asked) => c.json({ memories: await store.eraseMemory(ofUser(asked)) }));
  mount("agent-memory.erase-all", async (c, asked) => c.json({ memories: await store.eraseMemory(ofAgent(asked)) }));
};

async function listEntries(scope: MemoryScope, query: Asked<"user-memory.list">["query"], { store }: ServerDeps) {
  const { q, limit, prefix, after } = query;
  if (q !== undefined) return { items: await store.searchMemory(scope, q, limit), next: null };
  const items = await store.listMemory(scope, { limit, ...definedOnly({ prefix, afterKey: after }) });
  return { items, next: items.length === limit ? (items.at(-1)?.key ?? null) : null };
}

async function answerEntry(c: ServerContext, scope: MemoryScope, key: string, { store }: ServerDeps) {
  const entry = await store.readMemory(scope, expectKey(key));
  if (!entry) throw noEntry(key);
  return entryAnswer(c, entry);
}

async function putEntry(
  c: ServerContext,
  write: { readonly scope: MemoryScope; readonly key: string; readonly value: MemoryEntry["value"] },
  { store, makeId, clock }: ServerDeps,
) {
  const { scope, key, value } = write;
  const bytesMax = LIMITS.memoryValueBytesMax;
  if (Buffer.byteLength(JSON.stringify(value)) > bytesMax) {
    throw new AegisError("request.too_large", `The value has more than ${bytesMax} bytes`, { details: { bytesMax } });
  }
  const said = readIdempotencyKey(c);
  const entry = await store.writeMemory({
    scope,
    key: expectKey(key),
    value,
    // Names of writes are one list: what a caller chose is told apart by where it writes.
    writeId: said === undefined ? makeId() : `api:${JSON.stringify([scope.kind, scope.id, key, said])}`,
    atMs: clock.nowMs(),
    ...definedOnly({ expectedVersion: readIfMatch(c) }),
  });
  return entryAnswer(c, entry);
}

async function eraseEntry(c: ServerContext, scope: MemoryScope, key: string, { store }: ServerDeps) {
  if ((await store.eraseMemory(scope, expectKey(key))) === 0) throw noEntry(key);
  return c.body(null, 204);
}

async function answerVersions(
  c: ServerContext,
  scope: MemoryScope,
  { params, query }: { readonly params: { readonly key: string }; readonly query: { readonly limit: number } },
  { store }: ServerDeps,
) {
  const items = await store.listMemoryVersions(scope, expectKey(params.key), query.limit);
  if (items.length === 0) throw noEntry(params.key);
  return c.json({ items });
}

function entryAnswer(c: ServerContext, entry: MemoryEntry) {
  return c.json(entry, 200, { etag: `"${entry.version}"` });
}

/** Longer ones cannot have been written. */
function expectKey(key: string): string {
  if (key.length <= LIMITS.memoryKeyCharactersMax) return key;
  const charactersMax = LIMITS.memoryKeyCharactersMax;
  throw new AegisError("request.invalid", `The key has more than ${charactersMax} characters`, {
    details: { charactersMax },
  });
}

function noEntry(key: string): AegisError {
  return new AegisError("memory.not_found", `Nothing is remembered as ${JSON.stringify(key)}`);
}

function readIfMatch(c: ServerContext): number | undefined {
  const text = c.req.header("if-match");
  if (text === undefined) return undefined;
  const [, version] = /^"?(\d{1,15})"?$/.exec(text) ?? [];
  if (version === undefined) throw new AegisError("request.invalid", 'If-Match: expected a version such as "3"');
  return Number(version);
}
