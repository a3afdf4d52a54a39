import { randomBytes } from "node:crypto";
import { ToolLoopAgent } from "ai";
import { z } from "zod";
import { type AgentOptions, defineTool } from "../agent/index.ts";
import type { Role } from "../domain/index.ts";
import { type Clock, idMaker, systemClock } from "../kernel/index.ts";
import { scripted } from "../model/index.ts";
import { openPlace } from "./open-place.ts";
import { type AuthOptions, issueApiKey, serveHttp, type ServerLimits } from "../server/index.ts";

interface ServerOptions {
  readonly agents?: readonly AgentOptions[];
  readonly auth?: AuthOptions;
  readonly clock?: Clock;
  readonly limits?: Partial<ServerLimits>;
}

/** The real server over a real runtime and store, with agents that need no provider. */
export async function openProtocolServer(options: ServerOptions = {}) {
  const place = openPlace();
  let current = await serve(place, options, 0);
  return {
    url: current.url,
    get runtime() {
      return current.runtime;
    },
    get store() {
      return current.store;
    },
    /** A key of a user, or of an operator. */
    async keyOf(userId: string, role: Role = "user"): Promise<string> {
      const wanted = { name: `${userId}-key`, role, scopes: null, userId, expiresAtMs: null };
      return (await issueApiKey(wanted, { store: current.store, clock: systemClock, makeId, randomBytes: someBytes }))
        .secret;
    },
    /** The process goes in the middle of its work; the next one takes its port and goes on from the store. */
    async restart() {
      await current.runtime.drain(0);
      await current.server.close();
      await current.runtime.close();
      openGate();
      current = await serve(place, options, Number(new URL(current.url).port));
    },
    async close() {
      await current.server.close();
      await place.close();
    },
  };
}

const makeId = idMaker(systemClock, Math.random);
const someBytes = (count: number) => randomBytes(count);

async function serve(
  place: ReturnType<typeof openPlace>,
  { agents, auth, clock = systemClock, limits = {} }: ServerOptions,
  port: number,
) {
  const { runtime, store } = await place.open(agents ?? [teller, refunder]);
  const server = await serveHttp({
    runtime,
    store,
    clock,
    makeId,
    port,
    randomBytes: someBytes,
    auth: auth ?? null,
    limits,
  });
  return { url: server.url, server, runtime, store };
}

export const STORY = Array.from({ length: 12 }, (_, index) => `Chapter ${index}: the order went over the hills. `).join(
  "",
);

type Model = ReturnType<typeof scripted>;
type Parts = Awaited<ReturnType<Model["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never;

let gate = Promise.withResolvers<void>();
gate.resolve();

/** While it is shut, stories stop in their middle. */
export function shutGate(): void {
  gate = Promise.withResolvers();
}

export function openGate(): void {
  gate.resolve();
}

const WORDS_BEFORE_GATE = 10;

/** The model's words with some time between them, as a provider would send them. */
function slowly(model: Model): Model {
  async function* paced(stream: AsyncIterable<Parts>, isGone: Promise<void>): AsyncGenerator<Parts> {
    let words = 0;
    for await (const part of stream) {
      yield part;
      if (part.type !== "text-delta") continue;
      words += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (words === WORDS_BEFORE_GATE) await Promise.race([gate.promise, isGone]);
    }
  }
  return {
    ...model,
    doStream: async (call) => {
      const gone = Promise.withResolvers<void>();
      call.abortSignal?.addEventListener("abort", () => gone.reject(call.abortSignal?.reason), { once: true });
      gone.promise.catch(() => undefined);
      return { stream: ReadableStream.from(paced((await model.doStream(call)).stream, gone.promise)) };
    },
  };
}

/** Tells a story word by word, after looking something up. */
export const teller: AgentOptions = {
  name: "teller",
  version: "1",
  agent: () =>
    new ToolLoopAgent({
      model: slowly(
        scripted({
          id: "teller",
          next: ({ messages, lastUser }) => {
            if (messages.at(-1)?.role === "tool") return { say: STORY };
            if (lastUser === "fail") return { error: { status: 400 } };
            return { call: { tool: "lookup", arguments: { what: "story" } } };
          },
        }),
      ),
      tools: {
        lookup: defineTool({
          name: "lookup",
          description: "looks something up",
          input: z.object({ what: z.string() }),
          risk: "read",
          execute: ({ what }: { what: string }) => ({ found: what }),
        }),
      },
    }),
};

/** Refunds when a person agrees. */
export const refunder: AgentOptions = {
  name: "refunder",
  version: "1",
  agent: () =>
    new ToolLoopAgent({
      model: scripted({
        id: "refunder",
        next: ({ messages, lastUser }) => {
          const last = messages.at(-1);
          if (last?.role === "tool") return { say: `Result: ${String(last.result)}` };
          if (!lastUser.includes("refund")) return { say: "How much?" };
          return { call: { tool: "refund", arguments: { cents: 500 } } };
        },
      }),
      tools: {
        refund: defineTool({
          name: "refund",
          description: "pays back",
          input: z.object({ cents: z.number() }),
          risk: "irreversible",
          needsApproval: true,
          execute: ({ cents }: { cents: number }) => `paid ${cents}`,
        }),
      },
    }),
};
