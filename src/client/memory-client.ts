import type { Json } from "../kernel/index.ts";
import type { MemoryEntry, MemoryQuery, Page } from "./surface.ts";
import type { Transport } from "./transport.ts";

/** What is remembered of one user, or of one agent. */
export interface MemoryClient {
  list(query?: MemoryQuery): Promise<Page<MemoryEntry>>;
  get(key: string): Promise<MemoryEntry>;
  /** With `ifVersion` only where nobody wrote since. @throws {ProblemError} "memory.conflict" */
  put(key: string, value: Json, options?: { readonly ifVersion?: number }): Promise<MemoryEntry>;
  erase(key: string): Promise<void>;
}

export interface UserMemoryClient extends MemoryClient {
  versions(key: string): Promise<Pick<Page<MemoryEntry>, "items">>;
  /** @returns how many keys are gone */
  eraseAll(): Promise<{ readonly memories: number }>;
}

/** @param owner `/v1/users/<id>` or `/v1/agents/<name>` */
export function memoryClient(transport: Transport, owner: string): UserMemoryClient {
  const path = (key: string) => `${owner}/memory/${encodeURIComponent(key)}`;
  return {
    list: (query) => transport.request(`${owner}/memory`, { query: query ?? {} }),
    get: (key) => transport.request(path(key)),
    put: (key, value, { ifVersion } = {}) => {
      const headers = ifVersion === undefined ? {} : { "if-match": `"${ifVersion}"` };
      return transport.request(path(key), { method: "PUT", body: { value }, headers });
    },
    erase: (key) => transport.request(path(key), { method: "DELETE" }),
    versions: (key) => transport.request(`${path(key)}/versions`),
    eraseAll: () => transport.request(`${owner}/memory`, { method: "DELETE" }),
  };
}
