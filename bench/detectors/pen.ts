// Writes labelled logs. Nothing here knows how a detector looks for anything.
import type { NewEvent, RunEvent, SourceReference, ToolDeclaration } from "../../src/domain/index.ts";
import { type Json, seededRandom } from "../../src/kernel/index.ts";
import type { detect } from "../../src/trace/detectors/index.ts";

export type Known = Omit<Parameters<typeof detect>[0], "events">;

export interface LabelledLog {
  /** Of the detector whose pattern this log has, or has not although it looks like it. */
  readonly about: string;
  readonly isPositive: boolean;
  /** What was written, for people. */
  readonly how: string;
  readonly events: readonly RunEvent[];
  readonly known: Known;
}

export interface Returned {
  readonly error?: string;
  readonly sources?: readonly SourceReference[];
  readonly labels?: readonly string[];
  readonly declaration?: Partial<ToolDeclaration>;
  readonly callId?: string;
}

export interface Answering {
  readonly content?: string;
  readonly offered?: readonly string[];
  readonly asks?: readonly { readonly tool: string; readonly arguments: Json }[];
  readonly finishReason?: string;
  readonly inputTokens?: number;
  readonly costMicroUsd?: number;
  readonly durationMs?: number;
}

const STARTED_AT_MS = Date.UTC(2026, 5, 1, 9);

export class Pen {
  readonly events: RunEvent[] = [];
  #atMs = STARTED_AT_MS;
  #effect = 0;

  write(body: object): this {
    this.#atMs += 700;
    const event = { atMs: this.#atMs, witness: "agent", ...body } as NewEvent;
    this.events.push({ ...event, seq: this.events.length });
    return this;
  }

  /** @param offered what the telemetry tells of the tools the model had */
  start(tools: readonly Partial<ToolDeclaration>[] = [], grants?: readonly string[], offered?: Json): this {
    return this.write({
      type: "run.started",
      schemaVersion: 1,
      agent: { name: "shop", version: "3" },
      origin: "observed",
      ...(tools.length > 0 && { tools: tools.map(declared) }),
      ...(grants && { user: { id: "u", grants } }),
      ...(offered !== undefined && { attributes: { tools: offered } }),
    });
  }

  user(content: string): this {
    return this.write({ type: "message.received", from: "user", content });
  }

  answer(content: string): this {
    return this.write({ type: "message.sent", content });
  }

  call(tool: string, given: Json, result: Json, { error, declaration, callId, ...rest }: Returned = {}): this {
    const effect = this.#effect++;
    const id = callId ?? `c${effect}`;
    const told = declaration && { declaration: declared({ name: tool, ...declaration }) };
    this.write({ type: "tool.called", effect, attempt: 1, callId: id, tool, arguments: given, ...told });
    const outcome = error === undefined ? { result } : { error: { name: "ToolError", message: error } };
    return this.write({ type: "tool.returned", effect, durationMs: 400, callId: id, tool, ...outcome, ...rest });
  }

  model({ content = "", offered = [], asks = [], finishReason = "stop", ...taken }: Answering = {}): this {
    const effect = this.#effect++;
    const asked = { provider: "p", model: "m", keptCount: 0, added: [], toolNames: offered };
    this.write({ type: "model.called", effect, attempt: 1, ...asked });
    const toolRequests = asks.map((ask, index) => ({ callId: `r${effect}-${index}`, ...ask }));
    return this.write({
      type: "model.returned",
      effect,
      durationMs: taken.durationMs ?? 900,
      costMicroUsd: taken.costMicroUsd ?? 800,
      finishReason,
      usage: { inputTokens: taken.inputTokens ?? 900, outputTokens: 60 },
      message: { role: "assistant", content, ...(toolRequests.length > 0 && { toolRequests }) },
    });
  }

  end(durationMs = this.#atMs - STARTED_AT_MS): this {
    return this.write({ type: "run.ended", outcome: "answered", durationMs });
  }
}

function declared(given: Partial<ToolDeclaration>): ToolDeclaration {
  const rest = { name: "tool", isIdempotent: false, needsApproval: false, permissions: [], purpose: "action" } as const;
  return { ...rest, risk: "read", ...given };
}

/** Seeded choices. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** From `low` to `high`, both included. */
  number(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }

  some<Value>(values: readonly Value[], count: number): Value[] {
    const left = [...values];
    return Array.from({ length: Math.min(count, left.length) }, () => {
      const [taken] = left.splice(this.number(0, left.length - 1), 1);
      return taken as Value;
    });
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => this.pick([...alphabet])).join("");
  }

  /** Median 1. */
  lognormal(spread: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return Math.exp(spread * radius * Math.cos(2 * Math.PI * this.#random()));
  }
}
