import type { Finding, NewEvent, RunEvent } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";

type Body<Event> = Event extends unknown ? Omit<Event, "atMs" | "witness"> : never;

const START_MS = Date.parse("2026-11-02T10:00:00Z");

/** A log of a run in production, a second between two events. */
export class TestLog {
  readonly events: RunEvent[] = [];
  #effect = 0;

  constructor(started: Partial<Extract<NewEvent, { type: "run.started" }>> = {}) {
    const agent = { name: "support", version: "3" };
    this.add({ type: "run.started", schemaVersion: 1, agent, origin: "live", ...started });
  }

  add(body: Body<NewEvent>): this {
    const seq = this.events.length;
    this.events.push({ atMs: START_MS + seq * 1_000, witness: "runtime", ...body, seq } as RunEvent);
    return this;
  }

  user(content: string): this {
    return this.add({ type: "message.received", from: "user", content });
  }

  /** The model says something, and the user is shown it. */
  says(content: string): this {
    return this.model(content).add({ type: "message.sent", content });
  }

  model(content: string, calls: readonly { readonly tool: string; readonly arguments: Json }[] = []): this {
    const effect = this.#effect++;
    const called = { provider: "p", model: "m", keptCount: 0, added: [], toolNames: [] };
    this.add({ type: "model.called", effect, attempt: 1, ...called });
    const toolRequests = calls.map((call, index) => ({ ...call, callId: `c${effect + 1 + index}` }));
    const message = { role: "assistant" as const, content, ...(calls.length > 0 && { toolRequests }) };
    return this.add({ type: "model.returned", effect, durationMs: 5, costMicroUsd: null, message });
  }

  /** The model asks for a call, and it is made. */
  tool(
    tool: string,
    given: Json,
    end:
      | { readonly result: Json }
      | { readonly error: { name: string; message: string; status?: number; retryAfterMs?: number } },
  ): this {
    this.model("", [{ tool, arguments: given }]);
    const effect = this.#effect++;
    const callId = `c${effect}`;
    this.add({ type: "tool.called", effect, attempt: 1, callId, tool, arguments: given });
    return this.add({ type: "tool.returned", effect, durationMs: 5, callId, tool, ...end });
  }

  ended(outcome: "answered" | "failed" = "answered"): this {
    return this.add({ type: "run.ended", outcome, durationMs: 9 });
  }
}

export function finding(detector: string, evidence: readonly number[]): Finding {
  return { detector, severity: "high", explanation: `${detector} was found.`, evidence };
}
