import type { NewEvent, RunEvent } from "../../domain/index.ts";
import { type Random, seededRandom } from "../../kernel/index.ts";
import { publicEvent, type PublicRunEvent } from "../../api/index.ts";

type Body<Event> = Event extends unknown ? Omit<Event, "atMs" | "witness"> : never;
export type EventBody = Body<NewEvent>;

/** A log of these events, as it would be stored. */
function logOfBodies(bodies: readonly EventBody[]): RunEvent[] {
  return bodies.map(
    (body, seq) => ({ ...body, atMs: 1_790_000_000_000 + seq * 10, witness: "runtime", seq }) as RunEvent,
  );
}

/** What a reader of public events makes of such a log. */
export function readAll<Made>(
  bodies: readonly EventBody[],
  reader: { read(event: PublicRunEvent): readonly Made[] },
): Made[] {
  const events = logOfBodies(bodies).flatMap((event) => publicEvent(event) ?? []);
  return events.flatMap((event) => reader.read(event));
}

export const started: EventBody = {
  type: "run.started",
  schemaVersion: 1,
  agent: { name: "support", version: "1" },
  origin: "live",
};
export const ended: EventBody = { type: "run.ended", outcome: "answered", durationMs: 5 };
export const asked: EventBody = { type: "message.received", from: "user", content: "Where is my order?" };

export function modelCalled(effect: number, attempt = 1): EventBody {
  const prompt = { provider: "scripted", model: "small", keptCount: 0, added: [], toolNames: [] };
  return { type: "model.called", effect, attempt, ...prompt };
}

export function streamed(effect: number, text: string, attempt = 1): EventBody {
  return { type: "model.streamed", effect, attempt, text };
}

export function modelReturned(effect: number, content: string, tools: readonly string[] = []): EventBody {
  const toolRequests = tools.map((tool) => ({ callId: `call_${tool}`, tool, arguments: { of: tool } }));
  return {
    type: "model.returned",
    effect,
    durationMs: 3,
    costMicroUsd: null,
    usage: { inputTokens: 10, outputTokens: 4 },
    message: { role: "assistant", content, ...(tools.length > 0 && { toolRequests }) },
  };
}

export function toolCalled(effect: number, tool: string, attempt = 1): EventBody {
  return { type: "tool.called", effect, attempt, callId: `call_${tool}`, tool, arguments: { of: tool } };
}

export function toolReturned(effect: number, tool: string, result: string): EventBody {
  return { type: "tool.returned", effect, durationMs: 2, callId: `call_${tool}`, tool, result };
}

export function toolFailed(effect: number, tool: string, message: string): EventBody {
  const error = { name: "Error", message };
  return { type: "tool.returned", effect, durationMs: 2, callId: `call_${tool}`, tool, error };
}

export function approvalRequested(effect: number, tool: string): EventBody {
  const call = { tool, callId: `call_${tool}`, arguments: { of: tool } };
  return { type: "approval.requested", effect, attempt: 1, ...call, reason: `${tool} needs approval` };
}

export function approvalDecided(effect: number, tool: string, decision: "approved" | "denied" = "approved"): EventBody {
  return { type: "approval.decided", effect, durationMs: 9, tool, callId: `call_${tool}`, decision, by: "ada" };
}

export function answered(content: string): EventBody {
  return { type: "message.sent", content };
}

/** A run as it may go: steps with text, tools that work, fail or wait for a person, and crashes between any two events. */
export function randomRun(seed: number): { readonly bodies: EventBody[]; readonly answer: string } {
  return new RunWriter(seededRandom(seed)).write();
}

const WORDS = [
  "Your",
  " order",
  " \u{1F4E6}",
  " is",
  " on",
  " its",
  " way",
  ".",
  "\n\n",
  " Sorry",
  ' "soon"',
  " \u00e9t\u00e9",
];

class RunWriter {
  readonly #bodies: EventBody[] = [started, asked];
  readonly #random: Random;
  #effect = 0;
  #attempt = 1;

  constructor(random: Random) {
    this.#random = random;
  }

  write(): { readonly bodies: EventBody[]; readonly answer: string } {
    const steps = Math.floor(this.#random() * 4);
    for (let step = 0; step < steps; step += 1) this.#toolStep(`tool_${step}`);
    const said = this.#model(this.#text(), []);
    const choice = this.#random();
    const answer = choice < 0.6 ? said : choice < 0.8 ? `${said} Bye.` : "Something else.";
    this.#bodies.push(answered(answer), ended);
    return { bodies: this.#bodies, answer };
  }

  #toolStep(tool: string): void {
    this.#model(this.#random() < 0.5 ? this.#text() : "", [tool]);
    if (this.#random() < 0.3) {
      const effect = this.#next();
      const decision = this.#random() < 0.7 ? "approved" : "denied";
      this.#bodies.push(approvalRequested(effect, tool), { type: "run.paused", on: "approval", effects: [effect] });
      this.#resume("decision");
      this.#bodies.push(approvalDecided(effect, tool, decision));
      if (decision === "denied") return;
    }
    const effect = this.#next();
    this.#bodies.push(toolCalled(effect, tool));
    if (this.#random() < 0.2) {
      this.#resume("crash");
      this.#bodies.push(toolCalled(effect, tool, 2));
    }
    const works = this.#random() < 0.8;
    this.#bodies.push(works ? toolReturned(effect, tool, "shipped") : toolFailed(effect, tool, "out of order"));
  }

  #model(text: string, tools: readonly string[]): string {
    const effect = this.#next();
    this.#bodies.push(modelCalled(effect));
    let attempt = 1;
    while (this.#random() < 0.4) {
      for (const part of this.#split(this.#text())) this.#bodies.push(streamed(effect, part, attempt));
      this.#resume("crash");
      attempt += 1;
      this.#bodies.push(modelCalled(effect, attempt), { type: "model.reset", effect, attempt });
    }
    if (this.#random() < 0.3)
      this.#bodies.push({ type: "model.streamed", effect, attempt, reasoning: "Let me think." });
    const isStreaming = this.#random() < 0.8;
    for (const part of isStreaming ? this.#split(text) : []) this.#bodies.push(streamed(effect, part, attempt));
    this.#bodies.push(modelReturned(effect, text, tools));
    return text;
  }

  #resume(because: "crash" | "decision"): void {
    this.#attempt += 1;
    this.#bodies.push({ type: "run.resumed", attempt: this.#attempt, because, version: "1" });
  }

  #text(): string {
    const count = 1 + Math.floor(this.#random() * 12);
    return Array.from({ length: count }, () => WORDS[Math.floor(this.#random() * WORDS.length)]).join("");
  }

  #split(text: string): string[] {
    return text.match(/[^]{1,5}/gu) ?? [];
  }

  #next(): number {
    this.#effect += 1;
    return this.#effect - 1;
  }
}
