import type { EffectError, NewEvent, RunEvent, SourceReference, ToolDeclaration, Witness } from "../domain/index.ts";
import type { Json } from "../kernel/index.ts";
import type { FinishedRun } from "./check.ts";

export interface CallOptions {
  readonly error?: string | EffectError;
  readonly declaration?: Partial<ToolDeclaration>;
  readonly sources?: readonly SourceReference[];
  readonly labels?: readonly string[];
  readonly callId?: string;
  /** Leaves the return out of the log. */
  readonly isOpen?: boolean;
}

export interface ModelOptions {
  readonly usd?: number | null;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly error?: string;
  readonly isOpen?: boolean;
  /** Names of the tools it asks for. */
  readonly asks?: readonly string[];
}

type Body<Event> = Event extends unknown ? Omit<Event, "atMs" | "witness"> : never;

/** Writes short logs for tests: `log().user("hi").tool("orders.get", { id: 1 }, "paid").answer("paid").run()`. */
export function log(witness: Witness = "runtime"): LogBuilder {
  return new LogBuilder(witness);
}

class LogBuilder {
  readonly #events: RunEvent[] = [];
  #witness: Witness;
  #effect = 0;
  #shiftMs = 0;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  add(body: Body<NewEvent>): this {
    const seq = this.#events.length;
    this.#events.push({
      atMs: 1_790_000_000_000 + seq * 1_000 + this.#shiftMs,
      witness: this.#witness,
      ...body,
      seq,
    } as RunEvent);
    return this;
  }

  /** Everything after this is seen by that witness. */
  seenBy(witness: Witness): this {
    this.#witness = witness;
    return this;
  }

  /** Events are a second apart: between the last one and the next so much more, or less. */
  waited(ms: number): this {
    this.#shiftMs += ms;
    return this;
  }

  started(tools?: readonly Partial<ToolDeclaration>[], grants?: readonly string[]): this {
    return this.add({
      type: "run.started",
      schemaVersion: 1,
      agent: { name: "support", version: "1" },
      origin: "trial",
      ...(tools && { tools: tools.map(declare) }),
      ...(grants && { user: { id: "u1", grants } }),
    });
  }

  user(content: string): this {
    return this.add({ type: "message.received", from: "user", content });
  }

  answer(content: string): this {
    return this.add({ type: "message.sent", content });
  }

  tool(tool: string, given: Json = {}, result: Json = "ok", options: CallOptions = {}): this {
    const effect = this.#effect++;
    const { callId = `call-${effect}`, declaration, sources, labels } = options;
    const declared = declaration && { declaration: declare({ name: tool, ...declaration }) };
    this.add({ type: "tool.called", effect, attempt: 1, callId, tool, arguments: given, ...declared });
    if (options.isOpen) return this;
    const error = typeof options.error === "string" ? { name: "Error", message: options.error } : options.error;
    return this.add({
      type: "tool.returned",
      effect,
      durationMs: 5,
      callId,
      tool,
      ...(error ? { error } : { result }),
      ...(sources && { sources }),
      ...(labels && { labels }),
    });
  }

  model({ usd, error, isOpen, asks = [], ...usage }: ModelOptions = {}): this {
    const effect = this.#effect++;
    const called = { provider: "p", model: "m", keptCount: 0, added: [], toolNames: [] };
    this.add({ type: "model.called", effect, attempt: 1, ...called });
    if (isOpen) return this;
    const toolRequests = asks.map((tool, index) => ({ callId: `call-${effect + 1 + index}`, tool, arguments: {} }));
    const message = { role: "assistant", content: "", ...(asks.length > 0 && { toolRequests }) } as const;
    return this.add({
      type: "model.returned",
      effect,
      durationMs: 5,
      usage,
      costMicroUsd: typeof usd === "number" ? Math.round(usd * 1e6) : null,
      ...(error ? { error: { name: "Error", message: error } } : { message }),
    });
  }

  approval(
    decision: "approved" | "denied" | "edited",
    about: { readonly tool?: string; readonly callId?: string; readonly arguments?: Json },
  ): this {
    const effect = this.#effect++;
    this.add({ type: "approval.requested", effect, attempt: 1, reason: "risky", ...about });
    return this.add({ type: "approval.decided", effect, durationMs: 5, decision, by: "lead", ...about });
  }

  /** Hits the next effect. */
  fault(on: string, fault: string, detail?: Json): this {
    return this.add({
      type: "fault.injected",
      on,
      fault,
      effect: this.#effect,
      ...(detail !== undefined && { detail }),
    });
  }

  /** As the network's edge writes it: the exchange when it is over, and without a number of the run's. */
  http(method: string, url: string, status: number, fault?: { readonly kind: string; readonly detail?: Json }): this {
    const effect = this.#effect++;
    const { host, pathname } = new URL(url);
    const on = `http ${method} ${host}${pathname}`;
    const begins = this.#shiftMs;
    this.#shiftMs += 1_000;
    if (fault) this.add({ type: "fault.injected", on, fault: fault.kind, detail: fault.detail ?? {} });
    const ends = this.#shiftMs;
    this.#shiftMs = fault ? begins - 1_000 : begins;
    this.add({ type: "http.called", effect, attempt: 1, method, url });
    this.#shiftMs = ends;
    return this.add({ type: "http.returned", effect, durationMs: 1_000, status });
  }

  ended(outcome: "answered" | "failed" | "timeout" = "answered", durationMs = 1_000): this {
    return this.add({ type: "run.ended", outcome, durationMs });
  }

  events(): readonly RunEvent[] {
    return this.#events;
  }

  run(rest: Partial<FinishedRun> = {}): FinishedRun {
    return { events: this.#events, state: null, caseId: "case", user: null, metadata: {}, ...rest };
  }
}

function declare(given: Partial<ToolDeclaration>): ToolDeclaration {
  return {
    name: "tool",
    risk: "read",
    isIdempotent: false,
    needsApproval: false,
    permissions: [],
    purpose: "action",
    ...given,
  };
}
