// What the network edge costs: requests per second beside mockttp, and how much later a stream's first byte comes.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Dispatcher, Pool, ProxyAgent } from "undici";
import { type BenchOptions, runAsProgram } from "./bench.ts";
import type { ProxyPlaces, UpstreamPlaces } from "./edge-server.ts";
import type { Figure } from "./figure.ts";
import { ROOT } from "./project-root.ts";

const CONNECTIONS = 32;
const TURNS = 3;
/**
 * Mockttp takes a client for a connection of its own, and answers 500, when the two have the same port of the same address:
 * so clients have another address, where loopback has more than one.
 */
const CLIENT = process.platform === "linux" ? { localAddress: "127.0.0.2" } : {};
const MODES = ["base-url", "proxy http", "intercepted https"] as const;
type Mode = (typeof MODES)[number];

/** How to ask for a path in one mode. */
interface Way {
  readonly dispatcher: Dispatcher;
  readonly request: (path: string) => Dispatcher.RequestOptions;
}

export async function measureEdge({ hasPeers, isShort }: BenchOptions): Promise<Figure[]> {
  const children: ChildProcess[] = [];
  try {
    const upstream = await start<UpstreamPlaces>(children, "upstream");
    const ours = await start<ProxyPlaces>(children, "aegis", upstream);
    const peer = hasPeers ? await start<ProxyPlaces>(children, "mockttp", upstream) : undefined;
    const rate = (way: Way) => requestsPerSecond(way, isShort ? 400 : 1_000, isShort ? 800 : 4_000);
    const direct = await rate(directWay(upstream));
    const figures: Figure[] = [{ what: "edge: direct http, requests/s", value: direct, unit: "" }];
    for (const mode of MODES) {
      let value = 0;
      let beside = peer && 0;
      // The best of several turns each: what else the machine does, and a collection of garbage, come and go.
      for (let turn = 0; turn < TURNS; turn += 1) {
        value = Math.max(value, await rate(wayThrough(mode, upstream, ours)));
        if (peer) beside = Math.max(beside ?? 0, await rate(wayThrough(mode, upstream, peer)));
      }
      figures.push({
        what: `edge: ${mode}, requests/s`,
        value,
        unit: "",
        ...(beside !== undefined && {
          targetMin: beside * 1.5,
          peers: [{ name: "mockttp", value: beside }],
          bound: { of: "mockttp's over ours", ratio: beside / value, ratioMax: 0.8 },
        }),
      });
    }
    return [...figures, ...(await firstBytes(upstream, ours, isShort ? 15 : 60))];
  } finally {
    for (const child of children) child.stdin?.end();
    for (const child of children) if (child.exitCode === null) await once(child, "exit");
  }
}

async function start<Places>(children: ChildProcess[], kind: string, upstream?: UpstreamPlaces): Promise<Places> {
  const program = join(ROOT, "bench", "edge-server.ts");
  const words = ["--conditions=aegis-source", program, kind, ...(upstream ? [JSON.stringify(upstream)] : [])];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Places;
  throw new Error(`the ${kind} server ended before it listened`);
}

function directWay({ plain }: UpstreamPlaces): Way {
  return {
    dispatcher: new Pool(plain, { connections: CONNECTIONS, ...CLIENT }),
    request: (path) => ({ path, method: "GET" }),
  };
}

function wayThrough(mode: Mode, { plain, secure }: UpstreamPlaces, { baseUrl, proxyUrl }: ProxyPlaces): Way {
  switch (mode) {
    case "base-url":
      return directWay({ plain: baseUrl, secure, authorityPem: "" });
    case "proxy http":
      return {
        dispatcher: new Pool(proxyUrl, { connections: CONNECTIONS, ...CLIENT }),
        request: (path) => ({ path: plain + path, method: "GET", headers: { host: new URL(plain).host } }),
      };
    case "intercepted https":
      return {
        dispatcher: new ProxyAgent({
          uri: proxyUrl,
          connections: CONNECTIONS,
          allowH2: false,
          clientFactory: (origin, options) => new Pool(origin, { ...(options as Pool.Options), ...CLIENT }),
          // Both proxies make certificates of their own; what is measured is the way, not the trust.
          requestTls: { rejectUnauthorized: false },
        }),
        request: (path) => ({ origin: secure, path, method: "GET" }),
      };
    default:
      return mode satisfies never;
  }
}

async function requestsPerSecond({ dispatcher, request }: Way, warmCount: number, count: number): Promise<number> {
  const run = async (total: number) => {
    let left = total;
    const one = async () => {
      while (left-- > 0) {
        const { statusCode, body } = await dispatcher.request(request("/v1/x"));
        await body.dump({ limit: 1_000_000 });
        if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, one));
  };
  try {
    await run(warmCount);
    const startMs = performance.now();
    await run(count);
    return count / ((performance.now() - startMs) / 1_000);
  } finally {
    // At once: what was not answered is of no use to the next turn.
    await dispatcher.destroy();
  }
}

/** Turn by turn with a direct connection, so that a busy machine delays both. */
async function firstBytes(upstream: UpstreamPlaces, ours: ProxyPlaces, count: number): Promise<Figure[]> {
  const direct = directWay(upstream);
  const ways = MODES.map((mode) => ({ mode, way: wayThrough(mode, upstream, ours), times: [] as number[] }));
  const base: number[] = [];
  for (let index = 0; index < count; index += 1) {
    base.push(await firstByteMs(direct));
    for (const { way, times } of ways) times.push(await firstByteMs(way));
  }
  for (const { dispatcher } of [direct, ...ways.map(({ way }) => way)]) await dispatcher.close();
  return ways.map(({ mode, times }) => ({
    what: `edge: first streamed byte later than direct, ${mode}`,
    value: Math.max(0, median(times) - median(base)),
    unit: "ms",
    target: 2,
  }));
}

async function firstByteMs({ dispatcher, request }: Way): Promise<number> {
  const startMs = performance.now();
  const { body } = await dispatcher.request(request("/stream"));
  let firstMs = 0;
  for await (const _ of body) firstMs ||= performance.now() - startMs;
  return firstMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

await runAsProgram(import.meta.url, measureEdge);
