import type { ObservedSpan } from "../../src/domain/index.ts";
import { type Random, seededRandom } from "../../src/kernel/index.ts";
import type { SpanPart } from "../../src/store/index.ts";
import { Vocabulary } from "./vocabulary.ts";

export const SPANS_PER_REQUEST = 512;
/** Conversations under way at once; each request takes a few spans of each. */
const OPEN_TRACES = 160;
const SPANS_PER_PART = 4;
const AGENTS = ["support", "billing", "research", "coding", "triage"] as const;
const TOOLS = ["orders.get", "orders.refund", "customers.find", "search", "files.read", "tickets.open"] as const;
/** Of the content; each trace has its own ids, times, names and a word nobody else says. */
const TEMPLATES = 400;
const UNIQUE = "@@";

/** A conversation as its telemetry tells it: 8 to 12 spans, prompts that grow from 1 to 4 KB, tool spans of 300 bytes. */
interface Template {
  readonly spans: readonly ((own: Own) => ObservedSpan)[];
}

interface Own {
  readonly traceId: string;
  readonly number: number;
  readonly startMs: number;
}

/** Requests without end, each of 512 spans. Every trace comes in two or three of them. */
export class RequestGenerator {
  readonly #random: Random;
  readonly #templates: readonly Template[];
  readonly #open: { own: Own; template: Template; sent: number }[] = [];
  #nowMs: () => number;
  #count: number;

  constructor({ seed, nowMs }: { readonly seed: number; readonly nowMs: () => number }) {
    this.#random = seededRandom(seed);
    this.#nowMs = nowMs;
    this.#count = seed * 1e7;
    const vocabulary = new Vocabulary(seededRandom(1));
    const random = seededRandom(2);
    this.#templates = Array.from({ length: TEMPLATES }, () => templateOf(random, vocabulary));
  }

  /** Spans of traces that have ended: whole ones. */
  next(): { readonly parts: readonly SpanPart[]; readonly endedCount: number } {
    const parts: SpanPart[] = [];
    let [left, endedCount] = [SPANS_PER_REQUEST, 0];
    while (left > 0) {
      if (this.#open.length < OPEN_TRACES) this.#open.push(this.#begin());
      const at = Math.floor(this.#random() * this.#open.length);
      const trace = this.#open[at]!;
      const taken = trace.template.spans.slice(trace.sent, trace.sent + Math.min(SPANS_PER_PART, left));
      parts.push({ traceId: trace.own.traceId, spans: taken.map((make) => make(trace.own)) });
      left -= taken.length;
      trace.sent += taken.length;
      if (trace.sent < trace.template.spans.length) continue;
      endedCount += 1;
      this.#open[at] = this.#begin();
    }
    return { parts, endedCount };
  }

  #begin() {
    const number = (this.#count += 1);
    const digits = () =>
      Math.floor(this.#random() * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
    const own = { traceId: digits() + digits() + digits() + digits(), number, startMs: this.#nowMs() };
    return { own, template: this.#templates[Math.floor(this.#random() * TEMPLATES)]!, sent: 0 };
  }
}

type Said = { readonly role: string; readonly parts: readonly object[] };

const said = (role: string, content: string): Said => ({ role, parts: [{ type: "text", content }] });

function templateOf(random: Random, vocabulary: Vocabulary): Template {
  const agent = AGENTS[Math.floor(random() * AGENTS.length)]!;
  const spans: ((own: Own) => ObservedSpan)[] = [];
  const messages: Said[] = [
    said("system", `You are the ${agent} agent. ${vocabulary.say(500)}`),
    said("user", `${vocabulary.say(300)} order ${UNIQUE}`),
  ];
  const turns = 3 + Math.floor(random() * 3);
  for (let turn = 0; turn < turns; turn += 1) {
    const tool = TOOLS[Math.floor(random() * TOOLS.length)]!;
    const call = {
      type: "tool_call",
      id: `call-${turn}`,
      name: tool,
      arguments: { id: UNIQUE, note: vocabulary.say(30) },
    };
    const isLast = turn === turns - 1;
    const answer = isLast ? said("assistant", vocabulary.say(300)) : { role: "assistant", parts: [call] };
    spans.push(modelSpan({ agent, turn, messages: [...messages], answer }));
    const result = { id: UNIQUE, text: vocabulary.say(120) };
    const isError = random() < 0.03;
    spans.push(toolSpan({ agent, turn, tool, result, isError }));
    messages.push(answer, { role: "tool", parts: [{ type: "tool_call_response", id: call.id, response: result }] });
    messages.push(said("user", vocabulary.say(500)));
  }
  // The span around all of them ends last, and so comes last.
  return { spans: [...spans, agentSpan({ agent }), agentSpan({ agent: `${agent} team` })] };
}

function spanMaker(index: number, name: string, attributes: Readonly<Record<string, string | number>>) {
  // Texts are joined around the trace's own word, and never searched through again.
  const pieces = Object.entries(attributes).map(
    ([key, value]) => [key, typeof value === "string" ? value.split(UNIQUE) : value] as const,
  );
  return ({ traceId, number, startMs }: Own): ObservedSpan => {
    const word = `w${number.toString(36)}`;
    const own = pieces.map(([key, value]) => [key, typeof value === "number" ? value : value.join(word)] as const);
    return {
      traceId,
      spanId: (number * 16 + index).toString(16).padStart(16, "0"),
      ...(index > 0 && { parentSpanId: (number * 16).toString(16).padStart(16, "0") }),
      name,
      kind: 3,
      startNs: `${startMs + index * 3}000000`,
      endNs: `${startMs + index * 3 + 2}500000`,
      attributes: {
        ...Object.fromEntries(own),
        "gen_ai.conversation.id": `session-${Math.floor(number / 3)}`,
        "user.id": `user-${number % 5_000}`,
      },
      resource: { "service.name": "shop", "service.version": "1.4.2", "deployment.environment.name": "production" },
      scope: { name: "opentelemetry.instrumentation.genai", version: "0.5" },
    };
  };
}

function modelSpan(turn: { agent: string; turn: number; messages: readonly Said[]; answer: Said }) {
  return spanMaker(1 + turn.turn * 2, "chat gpt-5", {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-5",
    "gen_ai.agent.name": turn.agent,
    "gen_ai.input.messages": JSON.stringify(turn.messages),
    "gen_ai.output.messages": JSON.stringify([turn.answer]),
    "gen_ai.usage.input_tokens": 400 + 200 * turn.turn,
    "gen_ai.usage.output_tokens": 60,
  });
}

function toolSpan(call: { agent: string; turn: number; tool: string; result: object; isError: boolean }) {
  return spanMaker(2 + call.turn * 2, `execute_tool ${call.tool}`, {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": call.tool,
    "gen_ai.agent.name": call.agent,
    "gen_ai.tool.call.result": JSON.stringify(call.result),
    ...(call.isError && { "error.type": "timeout" }),
  });
}

function agentSpan({ agent }: { agent: string }) {
  const index = agent.endsWith("team") ? 0 : 15;
  return spanMaker(index, `invoke_agent ${agent}`, {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": agent,
  });
}
