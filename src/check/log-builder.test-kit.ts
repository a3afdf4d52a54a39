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

type Body<Event> = Event extends unknown ? Omit<Event, "atMs" | "witness"> : never;

/** Writes short logs for tests: `log().user("hi").tool("orders.get", { id: 1 }, "paid").answer("paid").run()`. */
export function log(witness: Witness = "runtime") {
  const events: RunEvent[] = [];
  let effect = 0;
  let seenBy = witness;
  const add = (body: Body<NewEvent>) => {
    const seq = events.length;
    events.push({ atMs: 1_790_000_000_000 + seq * 1_000, witness: seenBy, ...body, seq } as RunEvent);
    return builder;
  };
  const builder = {
    add,
    /** Everything after this is seen by that witness. */
    seenBy(next: Witness) {
      seenBy = next;
      return builder;
    },
    started(tools?: readonly Partial<ToolDeclaration>[], grants?: readonly string[]) {
      return add({
        type: "run.started",
        schemaVersion: 1,
        agent: { name: "support", version: "1" },
        origin: "trial",
        ...(tools && { tools: tools.map(declare) }),
        ...(grants && { user: { id: "u1", grants } }),
      });
    },
    user: (content: string) => add({ type: "message.received", from: "user", content }),
    answer: (content: string) => add({ type: "message.sent", content }),
    tool(tool: string, argumentsGiven: Json = {}, result: Json = "ok", options: CallOptions = {}) {
      const callId = options.callId ?? `call-${effect}`;
      const declaration = options.declaration && declare({ name: tool, ...options.declaration });
      add({ type: "tool.called", effect, attempt: 1, callId, tool, arguments: argumentsGiven, ...(declaration && { declaration }) });
      if (!options.isOpen) {
        const error = typeof options.error === "string" ? { name: "Error", message: options.error } : options.error;
        const { sources, labels } = options;
        const outcome = error ? { error } : { result };
        add({ type: "tool.returned", effect, durationMs: 5, callId, tool, ...outcome, ...(sources && { sources }), ...(labels && { labels }) });
      }
      effect += 1;
      return builder;
    },
    model(outcome: { usd?: number | null; inputTokens?: number; outputTokens?: number; error?: string; isOpen?: boolean } = {}) {
      add({ type: "model.called", effect, attempt: 1, provider: "p", model: "m", keptCount: 0, added: [], toolNames: [] });
      if (!outcome.isOpen) {
        add({
          type: "model.returned",
          effect,
          durationMs: 5,
          usage: {
            ...(outcome.inputTokens !== undefined && { inputTokens: outcome.inputTokens }),
            ...(outcome.outputTokens !== undefined && { outputTokens: outcome.outputTokens }),
          },
          costMicroUsd: typeof outcome.usd === "number" ? Math.round(outcome.usd * 1e6) : null,
          ...(outcome.error ? { error: { name: "Error", message: outcome.error } } : { message: { role: "assistant", content: "" } }),
        });
      }
      effect += 1;
      return builder;
    },
    approval(decision: "approved" | "denied" | "edited", about: { tool?: string; callId?: string; arguments?: Json }) {
      add({ type: "approval.requested", effect, attempt: 1, reason: "risky", ...about });
      add({ type: "approval.decided", effect, durationMs: 5, decision, by: "lead", ...about });
      effect += 1;
      return builder;
    },
    fault: (on: string, fault: string) => add({ type: "fault.injected", on, fault, effect }),
    ended: (outcome: "answered" | "failed" | "timeout" = "answered", durationMs = 1_000) =>
      add({ type: "run.ended", outcome, durationMs }),
    events: (): readonly RunEvent[] => events,
    run: (rest: Partial<FinishedRun> = {}): FinishedRun => ({
      events,
      state: null,
      caseId: "case",
      user: null,
      metadata: {},
      ...rest,
    }),
  };
  return builder;
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
