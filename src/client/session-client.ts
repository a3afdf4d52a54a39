import type { Message } from "../domain/index.ts";
import { type RunClient, runClient } from "./run-client.ts";
import type { NewMessage, Page, RunRecord, Session, StartedRun } from "./surface.ts";
import type { Transport } from "./transport.ts";

/** One conversation with one agent. */
export interface SessionClient {
  readonly id: string;
  record(): Promise<Session>;
  /** What was said in all its runs. */
  messages(): Promise<readonly Message[]>;
  /** Sends a message; resolves once it is safely kept, before the agent has answered. */
  send(message: string | NewMessage, options?: { readonly signal?: AbortSignal }): Promise<SentMessage>;
  runs(query?: { readonly limit?: number; readonly before?: string }): Promise<Page<RunRecord>>;
  /** Cancels what runs; no further message is taken. */
  close(): Promise<Session>;
  /** Deletes it with everything said in it. */
  erase(): Promise<void>;
}

/** The run that answers, to be followed. */
export interface SentMessage extends RunClient {
  readonly how: StartedRun["how"];
  readonly started: RunRecord;
}

export function sessionClient(transport: Transport, id: string): SessionClient {
  const path = `/v1/sessions/${encodeURIComponent(id)}`;
  return {
    id,
    record: () => transport.request(path),
    messages: () => transport.request(`${path}/messages`),
    send: async (message, { signal } = {}) => {
      const { idempotencyKey, ...body } = typeof message === "string" ? { message } : message;
      const headers = { "idempotency-key": idempotencyKey ?? transport.settings.newKey() };
      const { run, how } = await transport.request<StartedRun>(`${path}/runs`, {
        method: "POST",
        body,
        headers,
        signal,
      });
      return { ...runClient(transport, run.id), how, started: run };
    },
    runs: (query) => transport.request(`${path}/runs`, { query: query ?? {} }),
    close: () => transport.request(`${path}/close`, { method: "POST" }),
    erase: () => transport.request(path, { method: "DELETE" }),
  };
}
