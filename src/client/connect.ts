import { type MemoryClient, memoryClient, type UserMemoryClient } from "./memory-client.ts";
import { type RunClient, runClient } from "./run-client.ts";
import { type SessionClient, sessionClient } from "./session-client.ts";
import type { AgentSummary, NewSession, Page, RunQuery, RunRecord, Session, SessionQuery } from "./surface.ts";
import { type ConnectOptions, openTransport, type RequestOptions } from "./transport.ts";

/** A server's sessions, runs and memory, for applications. Every call throws a ProblemError when it is refused. */
export interface Client {
  agents(): Promise<readonly AgentSummary[]>;
  createSession(session: NewSession): Promise<Session>;
  /** One's own; everybody's for operators and admins. */
  sessions(query?: SessionQuery): Promise<Page<Session>>;
  /** Asks nothing of the server yet. */
  session(id: string): SessionClient;
  runs(query?: RunQuery): Promise<Page<RunRecord>>;
  /** Asks nothing of the server yet. */
  run(id: string): RunClient;
  /** Of oneself, unless told. */
  userMemory(userId?: string): UserMemoryClient;
  agentMemory(agent: string): MemoryClient;
  /** Any other route, e.g. `request("/v1/keys", { method: "POST", body })`. */
  request<Answer>(path: string, options?: RequestOptions): Promise<Answer>;
}

/**
 * A client of one server. It keeps no connection of its own.
 * @throws {TypeError} for a `url` that is none
 */
export function connect(options: ConnectOptions): Client {
  const transport = openTransport(options);
  const { request } = transport;
  return {
    agents: () => request("/v1/agents"),
    createSession: (session) => request("/v1/sessions", { method: "POST", body: session }),
    sessions: (query) => request("/v1/sessions", { query: query ?? {} }),
    session: (id) => sessionClient(transport, id),
    runs: (query) => request("/v1/runs", { query: query ?? {} }),
    run: (id) => runClient(transport, id),
    userMemory: (userId = "me") => memoryClient(transport, `/v1/users/${encodeURIComponent(userId)}`),
    agentMemory: (agent) => memoryClient(transport, `/v1/agents/${encodeURIComponent(agent)}`),
    request,
  };
}
