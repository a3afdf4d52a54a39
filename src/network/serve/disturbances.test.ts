import { afterAll, beforeAll, expect, test } from "vitest";
import { AegisError } from "../../kernel/index.ts";
import type { ConnectionDisturbance, Disturbance } from "../disturbance.ts";
import type { EdgeAnswer, SeenRequest } from "../exchange.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bodyText,
  echo,
  openPassingEdge,
  openUpstream,
  portOf,
  rawExchange,
  runProgram,
  type TestUpstream,
} from "../edge.test-kit.ts";

let upstream: TestUpstream;
let folder = "";
beforeAll(async () => {
  upstream = await openUpstream(echo);
  folder = mkdtempSync(join(tmpdir(), "aegis-disturbances-"));
});
afterAll(async () => {
  await upstream[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function answerOf(status: number, text: string, headers: EdgeAnswer["headers"] = []): EdgeAnswer {
  return { status, headers, body: pieces(text) };
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* cutAfter(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Error("cut here");
}

/** One POST of "hello" through an edge with one fault: as curl shows it, or the number it exits with. */
async function meet(mode: "base-url" | "h2", disturbance: Omit<Disturbance, "fault">) {
  const edge = await openPassingEdge(upstream, { disturb: () => ({ fault: "the fault", ...disturbance }) });
  upstream.heard.length = 0;
  const file = join(folder, "authority.pem");
  writeFileSync(file, edge.authorityPem);
  const url =
    mode === "h2" ? `https://api.test:${upstream.securePort}/` : await edge.stand(`http://api.test:${upstream.port}`);
  const told = edge.told();
  const command = ["curl", "-sS", "-m", "0.5", "-w", " %{http_code}", "-d", "hello", url] as const;
  const shown = await runProgram([...command], mode === "h2" ? edge.environment(file) : {}).catch(
    (error: { code: number; stdout: string }) => ({ exit: error.code, stdout: error.stdout }),
  );
  return { shown, exchange: await told, heard: upstream.heard.map(({ body }) => body) };
}

const CASES = [
  {
    why: "another body upstream",
    disturbance: { before: async () => ({ kind: "go-on", body: Buffer.from("other") }) },
    shown: /"body":"other"} 200$/,
    heard: ["other"],
    told: { from: "live", request: { body: Buffer.from("hello") }, response: { isWhole: true } },
  },
  {
    why: "three deliveries",
    disturbance: { before: async () => ({ kind: "go-on", deliveryCount: 3 }) },
    shown: /"body":"hello"} 200$/,
    heard: ["hello", "hello", "hello"],
    told: { from: "live" },
  },
  {
    why: "an answer instead",
    disturbance: { before: async () => ({ kind: "answer", answer: answerOf(529, "busy", [["Content-Length", "4"]]) }) },
    shown: /^busy 529$/,
    heard: [],
    told: { from: "fault", response: { status: 529, isWhole: true } },
  },
  {
    why: "an effect whose answer is lost",
    disturbance: { after: async () => ({ kind: "answer", answer: answerOf(500, "lost") }) },
    shown: /^lost 500$/,
    heard: ["hello"],
    told: { from: "live", response: { status: 500 } },
  },
  {
    why: "a body that is cut",
    disturbance: {
      after: async () => ({ kind: "answer", answer: { status: 200, headers: [], body: cutAfter("par") } }),
    },
    shown: { exit: expect.toBeOneOf([18, 56, 92]), stdout: "par 200" },
    heard: ["hello"],
    told: { from: "live", response: { isWhole: false }, error: { message: "cut here" } },
  },
  {
    why: "a body shorter than it says",
    disturbance: { after: async () => ({ kind: "answer", answer: answerOf(200, "par", [["Content-Length", "9"]]) }) },
    shown: { exit: expect.toBeOneOf([18, 28, 92]), stdout: expect.any(String) },
    heard: ["hello"],
    told: { from: "live", response: { status: 200 } },
  },
  {
    why: "a reset before",
    disturbance: { before: async () => ({ kind: "reset" }) },
    shown: { exit: expect.toBeOneOf([52, 56, 92]), stdout: " 000" },
    heard: [],
    told: { from: "fault" },
  },
  {
    why: "a reset after",
    disturbance: { after: async () => ({ kind: "reset" }) },
    shown: { exit: expect.toBeOneOf([52, 56, 92]), stdout: " 000" },
    heard: ["hello"],
    told: { from: "live" },
  },
  {
    why: "silence",
    disturbance: { before: async () => ({ kind: "hang" }) },
    shown: { exit: 28, stdout: " 000" },
    heard: [],
    told: { from: "fault", error: { code: "network.client_left" } },
  },
] as const satisfies readonly {
  why: string;
  disturbance: Omit<Disturbance, "fault">;
  shown: unknown;
  heard: unknown;
  told: object;
}[];

test.each(CASES.flatMap((each) => (["base-url", "h2"] as const).map((mode) => ({ ...each, mode }))))(
  "$why, over $mode",
  async ({ mode, disturbance, shown, heard, told }) => {
    const met = await meet(mode, disturbance);
    if (shown instanceof RegExp) expect(met.shown).toMatch(shown);
    else expect(met.shown).toEqual(shown);
    expect(met.heard).toEqual(heard);
    expect(met.exchange).toMatchObject({ fault: "the fault", ...told });
    if (met.exchange.response === undefined) expect(met.shown).toHaveProperty("stdout", " 000");
  },
);

test.each([
  { kind: "refuse", exit: 56 },
  { kind: "name-not-found", exit: 56 },
  { kind: "reset", exit: 56 },
  { kind: "hang", exit: 28 },
  { kind: "wrong-certificate", exit: 60 },
  { kind: "expired-certificate", exit: 60 },
  { kind: "go-on", exit: 0 },
] as const satisfies readonly { kind: ConnectionDisturbance["kind"]; exit: number }[])(
  "a connection meets $kind",
  async ({ kind, exit }) => {
    const edge = await openPassingEdge(upstream, { disturbConnection: () => ({ fault: "c", kind, delayMs: 1 }) });
    const file = join(folder, "authority.pem");
    writeFileSync(file, edge.authorityPem);
    const told = edge.told();
    const command = ["curl", "-sS", "-m", "0.5", `https://api.test:${upstream.securePort}/`] as [string, ...string[]];
    const ended = await runProgram(command, edge.environment(file)).then(
      () => 0,
      (error: { code: number }) => error.code,
    );
    expect(ended).toBe(exit);
    expect(await told).toMatchObject({ fault: "c", request: { method: "CONNECT" } });
  },
);

test("a plain connection through the proxy is met once for each target", async () => {
  const asked: string[] = [];
  const edge = await openPassingEdge(upstream, {
    disturbConnection: ({ host, port }) => {
      asked.push(`${host}:${port}`);
      return { fault: "c", kind: asked.length === 1 ? "go-on" : "refuse" };
    },
  });
  const host = `api.test:${upstream.port}`;
  const line = (name: string, last = "") => `GET http://${name}/ HTTP/1.1\r\nHost: ${name}\r\n${last}\r\n`;
  const other = `127.0.0.1:${upstream.port}`;
  const text = await rawExchange(portOf(edge.proxyUrl), line(host) + line(host) + line(other, "Connection: close\r\n"));
  expect([...text.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "200", "502"]);
  expect(asked).toEqual([host, other]);
});

test("a source answers instead of the upstream, and what it does not know is a hard error", async () => {
  const seen: SeenRequest[] = [];
  const edge = await openPassingEdge(upstream, {
    source: async (request) => {
      seen.push(request);
      if (request.url.endsWith("/known")) return { status: 200, headers: [], body: pieces("re", "played") };
      throw new AegisError("network.replay_miss", "nothing like it was recorded");
    },
  });
  const base = await edge.stand(`http://api.test:${upstream.port}`);
  const connections = upstream.connectionCount();
  const known = await fetch(`${base}/known`, { method: "POST", body: "x" });
  expect(await known.text()).toBe("replayed");
  const missed = await fetch(`${base}/unknown`);
  expect(missed.status).toBe(424);
  expect(await missed.json()).toMatchObject({ code: "network.replay_miss" });
  expect(upstream.connectionCount()).toBe(connections);
  expect(seen[0]?.body).toEqual(Buffer.from("x"));
  expect(edge.exchanges.map(({ from, error }) => [from, error?.code])).toEqual([
    ["cassette", undefined],
    ["cassette", "network.replay_miss"],
  ]);
  expect(edge.exchanges[0] && bodyText(edge.exchanges[0])).toBe("replayed");
});
