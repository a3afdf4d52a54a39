import fc from "fast-check";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { AegisError } from "../../kernel/index.ts";
import { hostileJson, hostileProtobuf, jsonRecipe, protobufRecipe } from "./hostile-payloads.test-kit.ts";
import {
  decodeExportResponse,
  decodeTraceJson,
  decodeTraceProtobuf,
  encodeTraceJson,
  encodeTraceProtobuf,
  readSpanFile,
  type ReadSpans,
} from "./index.ts";

/** Payloads of each kind. A run with a count of its own draws new ones; the seed is told when one fails. */
const told = process.env["AEGIS_TEST_FUZZ"];
const numRuns = told === undefined ? 3_000 : Math.ceil(Number(told) / 2);
const options = { numRuns, ...(told === undefined && { seed: 20_261_121 }) };

/** Spans, or undefined where the payload was refused as it should be. */
function read(decode: () => ReadSpans): ReadSpans | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof AegisError && error.code === "trace.bad_payload") return undefined;
    throw error;
  }
}

const tally = { spans: 0, refusedSpans: 0, refusedPayloads: 0 };

/** What every result holds, and that it can be written and read again without a change. */
function assertSound(result: ReadSpans | undefined): void {
  if (result === undefined) {
    tally.refusedPayloads += 1;
    return;
  }
  tally.spans += result.spans.length;
  tally.refusedSpans += result.refused.reduce((sum, { count }) => sum + count, 0);
  for (const span of result.spans) {
    const isSound =
      /^(?:[0-9a-f]{16}){1,2}$/.test(span.traceId) &&
      /^[0-9a-f]{16}$/.test(span.spanId) &&
      /^[0-9a-f]{16}$/.test(span.parentSpanId ?? span.spanId) &&
      [span.startNs, span.endNs ?? "0", ...(span.events ?? []).map(({ timeNs }) => timeNs)].every(isTime) &&
      Object.getPrototypeOf(span.attributes) === Object.prototype;
    if (!isSound) throw new Error(`not sound: ${JSON.stringify(span)}`);
  }
  const again = decodeTraceProtobuf(encodeTraceProtobuf(result.spans));
  const andAgain = decodeTraceJson(encodeTraceJson(again.spans));
  if (again.spans.length !== result.spans.length || again.refused.length > 0) throw new Error("spans are lost");
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(again.spans)), JSON.parse(JSON.stringify(andAgain.spans)))) {
    throw new Error("the encodings differ");
  }
}

const isTime = (text: string) => /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

/** Memory after half of the payloads and after all of them. */
function flatMemory(): { tick: () => void; growth: () => number } {
  let count = 0;
  let half = 0;
  return {
    tick() {
      count += 1;
      if (count === Math.floor(numRuns / 2)) half = heapMegabytes();
    },
    growth: () => heapMegabytes() - half,
  };
}

test(
  `${numRuns} hostile payloads of protobuf end in spans or in trace.bad_payload, and memory stays`,
  { timeout: 3_600_000 },
  () => {
    const memory = flatMemory();
    fc.assert(
      fc.property(protobufRecipe, (recipe) => {
        const bytes = hostileProtobuf(recipe);
        assertSound(read(() => decodeTraceProtobuf(bytes)));
        read(() => (decodeExportResponse(bytes, "protobuf"), { spans: [], refused: [], cutCount: 0 }));
        memory.tick();
      }),
      options,
    );
    expect(memory.growth()).toBeLessThan(16);
  },
);

test(
  `${numRuns} hostile payloads of JSON end in spans or in trace.bad_payload, and memory stays`,
  { timeout: 3_600_000 },
  () => {
    const memory = flatMemory();
    fc.assert(
      fc.property(jsonRecipe, (recipe) => {
        const text = hostileJson(recipe);
        assertSound(read(() => decodeTraceJson(text)));
        read(() => readSpanFile(text));
        read(() => (decodeExportResponse(Buffer.from(text), "json"), { spans: [], refused: [], cutCount: 0 }));
        memory.tick();
      }),
      options,
    );
    expect(memory.growth()).toBeLessThan(16);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  },
);

test("the payloads were neither all good nor all bad", () => {
  expect(Math.min(tally.spans, tally.refusedPayloads)).toBeGreaterThan(numRuns / 20);
  expect(tally.refusedSpans).toBeGreaterThan(numRuns / 200);
});
