import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { Agent, request } from "undici";
import { expect, test } from "vitest";
import {
  hostileJson,
  hostileProtobuf,
  jsonRecipe,
  protobufRecipe,
} from "../src/trace/wire/hostile-payloads.test-kit.ts";
import { encodeTraceJson } from "../src/trace/wire/index.ts";
import { eventually, testProject } from "./cli-kit.ts";
import { ECHO, listedBy, residentMib, serve } from "./trace-kit.ts";

/** A long run is asked for by its number: `AEGIS_TEST_FUZZ=100000`. */
const REQUESTS = Number(process.env["AEGIS_TEST_FUZZ"] || 3_000);
const CONNECTIONS = 8;
/** A request that takes longer hangs. */
const PATIENCE_MS = 10_000;
const WARM_UP = Math.floor(REQUESTS / 2);
/** What memory may grow by between the end of the warm-up and the end: heaps breathe, leaks go on. */
const GROWTH_MAX_MIB = 150;

interface Sent {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** An id that no other request has, so that what is stored goes on growing as in production. */
const anyId = fc.uint8Array({ minLength: 16, maxLength: 16 });
const KNOWN_ID = Buffer.from("5b8efff798038103d269b633813fc60c", "hex");

const protobuf = fc.tuple(protobufRecipe, anyId).map(([recipe, id]): Sent => {
  const body = Buffer.from(hostileProtobuf(recipe));
  for (let at = body.indexOf(KNOWN_ID); at >= 0; at = body.indexOf(KNOWN_ID, at + 1)) body.set(id, at);
  return { body, headers: { "content-type": "application/x-protobuf" } };
});
const json = fc.tuple(jsonRecipe, anyId).map(([recipe, id]): Sent => {
  const text = hostileJson(recipe).replaceAll(KNOWN_ID.toString("hex"), Buffer.from(id).toString("hex"));
  return { body: Buffer.from(text), headers: { "content-type": "application/json" } };
});
/** Well-formed spans that tell of agents in names of dialects, with values of any kind. */
const anyAttribute = fc.constantFrom(
  "gen_ai.operation.name",
  "gen_ai.agent.name",
  "gen_ai.request.model",
  "gen_ai.usage.input_tokens",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.tool.call.arguments",
  "gen_ai.tool.call.id",
  "gen_ai.tool.name",
  "gen_ai.conversation.id",
  "openinference.span.kind",
  "llm.input_messages.0.message.content",
  "llm.input_messages.99999999.message.role",
  "llm.token_count.prompt",
  "ai.operationId",
  "ai.prompt.messages",
  "ai.response.toolCalls",
  "langfuse.observation.type",
  "user.id",
  "session.id",
);
const anyValue = fc.oneof(
  fc.constantFrom("chat", "invoke_agent", "execute_tool", "LLM", "TOOL", "AGENT", "ai.generateText", "gpt-4o", "[]"),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.constant('[{"role":"user","parts":[{"type":"text","content":"hi"}]}]'),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const anySpan = fc.record({
  spanId: fc.nat({ max: 6 }).map((id) => `00000000000000a${id}`),
  parentSpanId: fc.nat({ max: 6 }).map((id) => `00000000000000a${id}`),
  name: fc.string({ unit: "binary", maxLength: 30 }),
  startNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  endNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  attributes: fc.dictionary(anyAttribute, anyValue, { maxKeys: 8 }),
});
const told = fc.tuple(fc.array(anySpan, { minLength: 1, maxLength: 7 }), anyId).map(([spans, id]): Sent => {
  const traceId = Buffer.from(id).toString("hex");
  const whole = spans.map((span) => ({ ...span, traceId, resource: {} }));
  return {
    body: Buffer.from(encodeTraceJson(whole as Parameters<typeof encodeTraceJson>[0])),
    headers: { "content-type": "application/json" },
  };
});
const anyBytes = fc
  .record({
    body: fc.uint8Array({ maxLength: 400 }),
    type: fc.constantFrom(
      "application/json",
      "application/x-protobuf",
      "application/json; charset=x",
      "text/plain",
      "",
    ),
  })
  .map(({ body, type }): Sent => ({ body, headers: { "content-type": type } }));

const anySent = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: protobuf },
      { weight: 4, arbitrary: json },
      { weight: 3, arbitrary: told },
      { weight: 1, arbitrary: anyBytes },
    ),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant("") },
      { weight: 4, arbitrary: fc.constant("gzip") },
      { weight: 1, arbitrary: fc.constantFrom("gzip, gzip", "gzip (cut)", "deflate", "br", "x", "identity") },
    ),
  )
  .map(([{ body, headers }, coding]): Sent => {
    if (coding === "") return { body, headers };
    const packed = coding === "gzip, gzip" ? gzipSync(gzipSync(body)) : gzipSync(body);
    const sent = coding === "gzip (cut)" ? packed.subarray(0, packed.length - 9) : packed;
    return { body: sent, headers: { ...headers, "content-encoding": coding.replace(" (cut)", "") } };
  });

const GOOD = encodeTraceJson([
  {
    traceId: "c".repeat(32),
    spanId: "00000000000000a1",
    name: "invoke_agent desk",
    startNs: "1790000000000000000",
    endNs: "1790000001000000000",
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "after all that" },
    resource: {},
  },
]);

test(
  `${REQUESTS} hostile exports: no 5xx, no hang, flat memory, and settling goes on`,
  { timeout: 3_600_000 },
  async () => {
    const { url, pid, end } = await serve(testProject(ECHO));
    const seed = Date.now();
    const statuses = new Map<number, number>();
    const wrong: unknown[] = [];
    const dispatcher = new Agent({ connections: CONNECTIONS, pipelining: 1 });
    const send = async ({ body, headers }: Sent) => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const post = { method: "POST", body, headers, dispatcher, signal } as const;
      const answer = await request(`${url}/v1/traces`, post);
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      if (answer.statusCode >= 500 || !isInOwnWords(headers["content-type"] ?? "", answer, bytes)) {
        throw new Error(`${answer.statusCode} ${String(answer.headers["content-type"])}: ${bytes.toString("latin1")}`);
      }
    };
    let warm = { mib: 0, at: 0 };
    const curve: number[] = [];
    let count = 0;
    const started = performance.now();
    // Made as they are needed: a long run does not hold them all.
    const left = samples(seed);
    const work = async () => {
      for (const sent of left) {
        await send(sent).catch((error: unknown) =>
          wrong.push({ error: String(error), headers: sent.headers, body: Buffer.from(sent.body).toString("base64") }),
        );
        count += 1;
        if (count % Math.ceil(REQUESTS / 10) === 0) curve.push(residentMib(pid));
        if (count === WARM_UP) warm = { mib: residentMib(pid), at: count };
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
    const seconds = (performance.now() - started) / 1_000;
    await send({ body: Buffer.from(GOOD), headers: { "content-type": "application/json" } });
    await eventually(async () => (await listedBy(url, "?agent=after%20all%20that")).length === 1, 60_000);
    const unread = await listedBy(url, "?finding=trace-not-read");
    const settledSeconds = (performance.now() - started) / 1_000;
    const atEnd = residentMib(pid);
    process.stderr.write(
      `${count} requests in ${seconds.toFixed(1)} s, settled after ${settledSeconds.toFixed(1)} s; ` +
        `${warm.mib} MiB after ${warm.at}, ${atEnd} MiB at the end (${curve.join(", ")}); answers ${JSON.stringify([...statuses])}; seed ${seed}\n`,
    );
    await dispatcher.close();
    expect({ seed, wrong: wrong.slice(0, 3) }).toEqual({ seed, wrong: [] });
    expect(unread).toEqual([]);
    expect(atEnd - warm.mib).toBeLessThan(GROWTH_MAX_MIB);
    // It is read, not turned away at the door.
    for (const status of [200, 400, 415]) expect(statuses.get(status) ?? 0).toBeGreaterThan(REQUESTS / 50);
    const { exitCode, stderr } = await end("SIGTERM");
    // Nothing that nobody expected was told of.
    expect({ exitCode, told: stderr.replace(/^SIGTERM received.*$/m, "").trim() }).toEqual({ exitCode: 0, told: "" });
  },
);

function* samples(seed: number): Generator<Sent> {
  const size = 500;
  for (let from = 0; from < REQUESTS; from += size) {
    yield* fc.sample(anySent, { numRuns: Math.min(size, REQUESTS - from), seed: seed + from });
  }
}

/** An exporter hears everything in its own encoding. */
function isInOwnWords(
  sent: string,
  { statusCode, headers }: { readonly statusCode: number; readonly headers: Readonly<Record<string, unknown>> },
  bytes: Buffer,
): boolean {
  const [type] = sent.split(";");
  const isProtobuf = type === "application/x-protobuf";
  const isKnown = isProtobuf || type === "application/json";
  if (headers["content-type"] !== (isKnown ? type : "application/problem+json")) return false;
  // A status' message is field 2.
  if (isProtobuf) return statusCode === 200 || bytes[0] === 0x12;
  return typeof JSON.parse(bytes.toString()) === "object";
}
