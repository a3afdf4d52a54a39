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
const WRITE_HEADERS = {
  "If-Match": 'The version it replaces, as `"3"`; `"0"` for a new key.',
  "Idempotency-Key": "The same key names the same write.",
};
const PAGE = { 200: { description: "A page of entries, or what was found.", schema: memoryPage } };
const ENTRY = { 200: { description: "The entry; `ETag` is its version.", schema: memoryEntrySchema } };
const VERSIONS = { 200: { description: "All versions, oldest first.", schema: memoryVersions } };
const ERASED = { 200: { description: "How many keys are gone.", schema: erasedMemorySchema } };
const GONE = { 204: { description: "It is gone, with every version." } };

export const MEMORY_ROUTES = {
  "user-memory.list": {
    method: "GET",
    path: "/v1/users/:userId/memory",
    summary: "List or search what is remembered of a user. `me` stands for oneself, here and below.",
    needs: READ_USER,
    query: listMemoryQuery,
    answers: PAGE,
  },
  "user-memory.erase-all": {
    method: "DELETE",
    path: "/v1/users/:userId/memory",
    summary: "Erase all that is remembered of a user.",
    needs: WRITE_USER,
    answers: ERASED,
  },
  "user-memory.get": {
    method: "GET",
    path: "/v1/users/:userId/memory/:key",
    summary: "Read one entry.",
    needs: READ_USER,
    answers: ENTRY,
  },
  "user-memory.put": {
    method: "PUT",
    path: "/v1/users/:userId/memory/:key",
    summary: "Write one entry: a new version of it.",
    needs: WRITE_USER,
    body: writeMemorySchema,
    headers: WRITE_HEADERS,
    answers: ENTRY,
  },
  "user-memory.erase": {
    method: "DELETE",
    path: "/v1/users/:userId/memory/:key",
    summary: "Erase one entry.",
    needs: WRITE_USER,
    answers: GONE,
  },
  "user-memory.versions": {
    method: "GET",
    path: "/v1/users/:userId/memory/:key/versions",
    summary: "Read every version of one entry.",
    needs: READ_USER,
    query: memoryVersionsQuery,
    answers: VERSIONS,
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
    method: "GET",
    path: "/v1/agents/:agent/memory",
    summary: "List or search what an agent remembers for all its users.",
    needs: READ_AGENT,
    query: listMemoryQuery,
    answers: PAGE,
  },
  "agent-memory.erase-all": {
    method: "DELETE",
    path: "/v1/agents/:agent/memory",
    summary: "Erase all that an agent remembers for all its users.",
    needs: WRITE_AGENT,
    answers: ERASED,
  },
  "agent-memory.get": {
    method: "GET",
    path: "/v1/agents/:agent/memory/:key",
    summary: "Read one entry of an agent.",
    needs: READ_AGENT,
    answers: ENTRY,
  },
  "agent-memory.put": {
    method: "PUT",
    path: "/v1/agents/:agent/memory/:key",
    summary: "Write one entry of an agent.",
    needs: WRITE_AGENT,
    body: writeMemorySchema,
    headers: WRITE_HEADERS,
    answers: ENTRY,
  },
  "agent-memory.erase": {
    method: "DELETE",
    path: "/v1/agents/:agent/memory/:key",
    summary: "Erase one entry of an agent.",
    needs: WRITE_AGENT,
    answers: GONE,
  },
  "agent-memory.versions": {
    method: "GET",
    path: "/v1/agents/:agent/memory/:key/versions",
    summary: "Read every version of one entry of an agent.",
    needs: READ_AGENT,
    query: memoryVersionsQuery,
    answers: VERSIONS,
  },
} as const satisfies Record<string, Route>;
