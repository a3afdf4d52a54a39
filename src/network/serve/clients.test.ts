import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { fetch as fetchBy, ProxyAgent } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  bodyText,
  echo,
  openPassingEdge,
  openTestEdge,
  openUpstream,
  runProgram,
  type TestEdge,
  type TestUpstream,
} from "../edge.test-kit.ts";

let upstream: TestUpstream;
let edge: TestEdge;
let folder = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "aegis-edge-"));
  upstream = await openUpstream(answer);
  edge = await openTestEdge(upstream);
  const file = join(folder, "authority.pem");
  writeFileSync(file, edge.authorityPem);
  writeFileSync(join(folder, "other.pem"), upstream.authorityPem);
  env = { ...edge.environment(file) };
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const MODES = ["base-url", "proxy", "intercepted"] as const;

/** Where a client sends its requests in each mode, and the URL that the upstream should be asked for. */
async function place(mode: (typeof MODES)[number]): Promise<{ base: string; origin: string }> {
  const plain = `http://api.test:${upstream.port}`;
  const secure = `https://api.test:${upstream.securePort}`;
  if (mode === "base-url") return { base: await edge.stand(secure), origin: secure };
  return mode === "proxy" ? { base: plain, origin: plain } : { base: secure, origin: secure };
}

const PYTHON = `
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], data=b"hello", headers={"x-it": "1"})
print(urllib.request.urlopen(request).read().decode())
`;
const NODE = `
const answer = await fetch(process.argv[1], { method: "POST", body: "hello" });
console.log(await answer.text());
`;

const PROGRAMS: Record<string, (url: string) => [string, ...string[]]> = {
  "curl 1.1": (url) => ["curl", "-sS", "--http1.1", "-d", "hello", url],
  "curl h2": (url) => ["curl", "-sS", "--http2", "-d", "hello", url],
  "curl tunnel": (url) => ["curl", "-sS", "-p", "-d", "hello", url],
  "python urllib": (url) => ["python3", "-c", PYTHON, url],
  "node fetch": (url) => [process.execPath, "--input-type=module", "-e", NODE, url],
};

/** Where TLS offers it. */
const SPEAKS_H2: ReadonlySet<string> = new Set(["curl h2", "curl tunnel", "node fetch"]);

test.each(MODES.flatMap((mode) => Object.keys(PROGRAMS).map((program) => ({ mode, program }))))(
  "$program through $mode",
  async ({ mode, program }) => {
    const { base, origin } = await place(mode);
    const before = edge.exchanges.length;
    const output = await runProgram(PROGRAMS[program]?.(`${base}/v1/x?y=%20z`) ?? [""], mode === "base-url" ? {} : env);
    expect(JSON.parse(output)).toEqual({ method: "POST", url: "/v1/x?y=%20z", body: "hello" });
    expect(edge.exchanges).toHaveLength(before + 1);
    const exchange = edge.exchanges.at(-1);
    expect(exchange?.request).toMatchObject({
      url: `${origin}/v1/x?y=%20z`,
      bodyIsWhole: true,
      mode,
      httpVersion: mode === "intercepted" && SPEAKS_H2.has(program) ? "2" : "1.1",
    });
    expect(exchange?.response).toMatchObject({ status: 200, isWhole: true });
    expect(exchange && bodyText(exchange)).toBe(output.trim());
  },
);

test("what is meant for a listener of the edge may come through its proxy", async () => {
  const { base, origin } = await place("base-url");
  for (const program of ["curl 1.1", "curl tunnel", "python urllib", "node fetch"]) {
    const output = await runProgram(PROGRAMS[program]?.(`${base}/there`) ?? [""], env);
    expect(JSON.parse(output)).toMatchObject({ url: "/there", body: "hello" });
    expect(edge.exchanges.at(-1)?.request.url).toBe(`${origin}/there`);
  }
});

async function clientOptions(mode: (typeof MODES)[number]) {
  const { base } = await place(mode);
  if (mode === "base-url") return { base, fetch };
  const dispatcher = new ProxyAgent({ uri: edge.proxyUrl, requestTls: { ca: edge.authorityPem } });
  const fetchThere = (url: unknown, init: unknown) => fetchBy(url as string, { ...(init as object), dispatcher });
  return { base, fetch: fetchThere as unknown as typeof fetch };
}

test.each(MODES)("the clients of OpenAI and Anthropic work through %s, streamed and not", async (mode) => {
  const { base, fetch: fetchThere } = await clientOptions(mode);
  const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: "key", fetch: fetchThere, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "hi" }];
  const whole = await openai.chat.completions.create({ model: "m", messages });
  expect(whole.choices[0]?.message.content).toBe("hello");
  let streamed = "";
  for await (const chunk of await openai.chat.completions.create({ model: "m", messages, stream: true })) {
    streamed += chunk.choices[0]?.delta.content ?? "";
  }
  expect(streamed).toBe("hello");

  const anthropic = new Anthropic({ baseURL: base, apiKey: "key", fetch: fetchThere, maxRetries: 0 });
  const asked = { model: "m", max_tokens: 5, messages };
  expect((await anthropic.messages.create(asked)).content).toMatchObject([{ text: "hello" }]);
  expect(await anthropic.messages.stream(asked).finalText()).toBe("hello");
});

test.each([
  {
    why: "an untrusting client",
    command: (url: string) => ["curl", "-sS", "--cacert", join(folder, "other.pem"), url],
    code: "network.bad_request",
  },
  {
    why: "a port that is not allowed",
    command: () => ["curl", "-sS", "https://api.test:22/"],
    code: "network.egress_refused",
  },
  {
    why: "a host that is not allowed",
    command: () => ["curl", "-sS", "https://evil.test/"],
    code: "network.egress_refused",
  },
  {
    why: "the cloud's metadata",
    command: () => ["curl", "-sSf", "http://169.254.169.254/"],
    code: "network.egress_refused",
  },
  { why: "metadata in decimal", command: () => ["curl", "-sSf", "http://2852039166/"], code: "network.egress_refused" },
  {
    why: "loopback in hexadecimal",
    command: () => ["curl", "-sSf", "http://0x7f000001:81/"],
    code: "network.egress_refused",
  },
  {
    why: "metadata over IPv6",
    command: () => ["curl", "-sSf", "http://[fd00:ec2::254]/"],
    code: "network.egress_refused",
  },
  { why: "the proxy itself", command: () => ["curl", "-sSf", `${edge.proxyUrl}/`], code: "network.egress_refused" },
])("$why is refused and told", async ({ command, code }) => {
  const told = edge.told();
  const words = command(`https://api.test:${upstream.securePort}/`) as [string, ...string[]];
  await expect(runProgram(words, env)).rejects.toThrow("curl:");
  expect(await told).toMatchObject({ from: "policy", error: { code } });
});

test("a certificate for the wrong server is an upstream that failed", async () => {
  const other = await openPassingEdge(upstream, { upstreamAuthorities: [] });
  const base = await other.stand(`https://api.test:${upstream.securePort}`);
  const answered = await fetch(base);
  expect(answered.status).toBe(502);
  expect(await answered.json()).toMatchObject({ code: "network.upstream_failed" });
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/v1/chat/completions") return model(request, response, openAiWords);
  if (request.url === "/v1/messages") return model(request, response, anthropicWords);
  echo(request, response);
}

function model(request: IncomingMessage, response: ServerResponse, words: (streams: boolean) => object[]): void {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const streams = body.includes('"stream":true');
    response.setHeader("content-type", streams ? "text/event-stream" : "application/json");
    if (!streams) return void response.end(JSON.stringify(words(false)[0]));
    for (const event of words(true)) {
      const name = "type" in event ? `event: ${String(event.type)}\n` : "";
      response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end(request.url === "/v1/messages" ? "" : "data: [DONE]\n\n");
  });
}

function openAiWords(streams: boolean): object[] {
  const head = { id: "1", created: 1, model: "m" };
  const whole = {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
  };
  const delta = (content: string) => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });
  return streams ? [delta("hel"), delta("lo")] : [whole];
}

function anthropicWords(streams: boolean): object[] {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    id: "1",
    type: "message",
    role: "assistant",
    model: "m",
    stop_reason: "end_turn",
    stop_sequence: null,
    usage,
  };
  if (!streams) return [{ ...message, content: [{ type: "text", text: "hello" }] }];
  return [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "hello" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
}
