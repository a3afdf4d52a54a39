import type { Json } from "../../src/kernel/index.ts";
import { systemClock } from "../../src/kernel/index.ts";
import { type InjectedFault, openFaultPlan } from "../../src/fault/index.ts";
import { parseFaults } from "../../src/fault/spec/index.ts";
import { type Edge, type Exchange, openEdge } from "../../src/network/index.ts";
import { disturbWith } from "../../src/network/faults/disturb-with.ts";
import { type FaultUpstream, openFaultUpstream } from "./fault-upstream.ts";

export interface FaultyWorld extends AsyncDisposable {
  /** Stands for the upstream. */
  readonly url: string;
  readonly edge: Edge;
  readonly exchanges: readonly Exchange[];
  readonly upstream: FaultUpstream;
  /** Ground truth. */
  readonly told: InjectedFault[];
}

/** Healthy services behind an edge with these faults. */
export async function openFaultyWorld(faults: readonly Json[]): Promise<FaultyWorld> {
  const upstream = await openFaultUpstream();
  const told: InjectedFault[] = [];
  const plan = openFaultPlan({ faults: parseFaults(faults, "test"), seed: 5 });
  const exchanges: Exchange[] = [];
  const { disturb, disturbConnection, remember } = disturbWith(plan, {
    onFault: (injected) => void told.push(injected),
    clock: systemClock,
    mcpServers: { shop: `${upstream.origin}/mcp` },
  });
  const { port } = new URL(upstream.origin);
  const edge = await openEdge({
    clock: systemClock,
    policy: { allow: [{ host: "127.0.0.1", ports: [Number(port)], isPrivate: true }] },
    disturb,
    disturbConnection,
    onExchange(exchange) {
      exchanges.push(exchange);
      remember(exchange);
    },
  });
  return {
    url: await edge.stand(upstream.origin),
    edge,
    exchanges,
    upstream,
    told,
    async [Symbol.asyncDispose]() {
      await edge[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of the system or of the HTTP client, where the body or the whole answer did not come. */
  readonly error: string | undefined;
  readonly headMs: number;
  readonly durationMs: number;
}

/** What a client of Node's own fetch sees; it gives up after a while. */
export async function look(
  url: string,
  { timeoutMs = 2_000, ...init }: RequestInit & { readonly timeoutMs?: number } = {},
): Promise<Seen> {
  const startMs = performance.now();
  const passedMs = () => performance.now() - startMs;
  const nothing = { status: 0, headers: new Headers(), text: "", headMs: 0 };
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const { status, headers } = response;
    const head = { status, headers, headMs: passedMs() };
    const chunks: Uint8Array[] = [];
    const text = () => Buffer.concat(chunks).toString("utf8");
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return { ...head, text: text(), error: undefined, durationMs: passedMs() };
    } catch (error) {
      return { ...head, text: text(), error: codeOf(error), durationMs: passedMs() };
    }
  } catch (error) {
    return { ...nothing, error: codeOf(error), durationMs: passedMs() };
  }
}

function codeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: Error & { code?: string } };
  return cause?.code ?? cause?.message ?? name;
}

/** One JSON-RPC call as an MCP client makes it over HTTP, and the message that answers it. */
export async function callMcp(
  url: string,
  method: string,
  params: object = {},
): Promise<Seen & { readonly message: unknown }> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: ++lastId, method, params });
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const seen = await look(url, { method: "POST", headers, body });
  const lines = seen.text.split("\n").flatMap((line) => (line.startsWith("data: ") ? [line.slice(6)] : []));
  const messages = (lines.length > 0 ? lines : [seen.text]).map(parsed);
  return {
    ...seen,
    message: messages.find((message) => (message as { id?: unknown })?.id === lastId) ?? messages.at(-1),
  };
}

let lastId = 0;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a fault as a case writes it. */
export function nameOf(fault: Json): string {
  return typeof fault === "string" ? fault : (Object.keys(fault as object)[0] ?? "");
}
