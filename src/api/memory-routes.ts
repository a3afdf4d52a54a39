import {
  erasedMemorySchema,
  listMemoryQuery,
  memoryEntrySchema,
  memoryPage,
  memoryVersions,
  memoryVersionsQuery,
  writeMemorySchema,
} from "./memory.ts";
import type { Route } from "./route.ts";
import { erasedUserSchema, exportedUserSchema } from "./user.ts";

const READ_USER = { role: "user", scopes: ["memory:read"], owns: "user" } as const;
const WRITE_USER = { role: "user", scopes: ["memory:write"], owns: "user" } as const;
const READ_AGENT = { role: "operator", scopes: ["memory:read"] } as const;
const WRITE_AGENT = { role: "admin", scopes: ["memory:write"] } as const;

/** What can be done with the memory of a user and with that of an agent is the same; who may is not. */
const LIST = {
  method: "GET",
  query: listMemoryQuery,
  answers: { 200: { description: "A page of entries, or what was found.", schema: memoryPage } },
} as const;
const ERASE_ALL = {
  method: "DELETE",
  answers: { 200: { description: "How many keys are gone.", schema: erasedMemorySchema } },
} as const;
const ENTRY = { 200: { description: "The entry; `ETag` is its version.", schema: memoryEntrySchema } } as const;
const GET = { method: "GET", answers: ENTRY } as const;
const PUT = {
  method: "PUT",
  body: writeMemorySchema,
  headers: {
    "If-Match": 'The version it replaces, as `"3"`; `"0"` for a new key.',
    "Idempotency-Key": "The same key names the same write.",
  },
  answers: ENTRY,
} as const;
const ERASE = { method: "DELETE", answers: { 204: { description: "It is gone, with every version." } } } as const;
const VERSIONS = {
  method: "GET",
  query: memoryVersionsQuery,
  answers: { 200: { description: "All versions, oldest first.", schema: memoryVersions } },
} as const;

export const MEMORY_ROUTES = {
  "user-memory.list": {
    ...LIST,
    path: "/v1/users/:userId/memory",
    needs: READ_USER,
    summary: "List or search what is remembered of a user. `me` stands for oneself, here and below.",
  },
  "user-memory.erase-all": {
    ...ERASE_ALL,
    path: "/v1/users/:userId/memory",
    needs: WRITE_USER,
    summary: "Erase all that is remembered of a user.",
  },
  "user-memory.get": { ...GET, path: "/v1/users/:userId/memory/:key", needs: READ_USER, summary: "Read one entry." },
  "user-memory.put": {
    ...PUT,
    path: "/v1/users/:userId/memory/:key",
    needs: WRITE_USER,
    summary: "Write one entry: a new version of it.",
  },
  "user-memory.erase": {
    ...ERASE,
    path: "/v1/users/:userId/memory/:key",
    needs: WRITE_USER,
    summary: "Erase one entry.",
  },
  "user-memory.versions": {
    ...VERSIONS,
    path: "/v1/users/:userId/memory/:key/versions",
    needs: READ_USER,
    summary: "Read every version of one entry.",
  },
  "users.export": {
    method: "GET",
    path: "/v1/users/:userId/export",
    summary: "Read everything there is of a user.",
    needs: { role: "user", scopes: ["sessions:read", "memory:read"], owns: "user" },
    answers: { 200: { description: "Memory, sessions, runs and their events.", schema: exportedUserSchema } },
  },
  "users.erase": {
    method: "DELETE",
    path: "/v1/users/:userId",
    summary: "Erase everything there is of a user.",
    needs: { role: "user", scopes: ["sessions:write", "memory:write"], owns: "user" },
    answers: { 200: { description: "How much is gone.", schema: erasedUserSchema } },
  },
  "agent-memory.list": {
    ...LIST,
    path: "/v1/agents/:agent/memory",
    needs: READ_AGENT,
    summary: "List or search what an agent remembers for all its users.",
  },
  "agent-memory.erase-all": {
    ...ERASE_ALL,
    path: "/v1/agents/:agent/memory",
    needs: WRITE_AGENT,
    summary: "Erase all that an agent remembers for all its users.",
  },
  "agent-memory.get": {
    ...GET,
    path: "/v1/agents/:agent/memory/:key",
    needs: READ_AGENT,
    summary: "Read one entry of an agent.",
  },
  "agent-memory.put": {
    ...PUT,
    path: "/v1/agents/:agent/memory/:key",
    needs: WRITE_AGENT,
    summary: "Write one entry of an agent.",
  },
  "agent-memory.erase": {
    ...ERASE,
    path: "/v1/agents/:agent/memory/:key",
    needs: WRITE_AGENT,
    summary: "Erase one entry of an agent.",
  },
  "agent-memory.versions": {
    ...VERSIONS,
    path: "/v1/agents/:agent/memory/:key/versions",
    needs: READ_AGENT,
    summary: "Read every version of one entry of an agent.",
  },
} as const satisfies Record<string, Route>;
