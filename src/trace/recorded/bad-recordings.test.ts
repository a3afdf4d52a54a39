import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEvent } from "../../domain/index.ts";
import { AegisError, type Json, LIMITS } from "../../kernel/index.ts";
import { type ReadRecording, readRecording } from "./read-recording.ts";
import { RECORDING_FORMATS, type RecordingFormat } from "./recording-format.ts";
import { SAMPLES } from "./recording-samples.test-kit.ts";
import { NOW_MS, ofType, readText, readValue, refusalOf } from "./recording.test-kit.ts";

const path = "recording.json";

describe.each(RECORDING_FORMATS)("%s", (format) => {
  const text = JSON.stringify(SAMPLES[format]);

  test("is known by its content, and read", () => {
    const read = readText(text);
    expect(read).toMatchObject({ format, refused: [] });
    expect(read.logs.length + read.traces.length).toBe(1);
    expect(readText(text, { format })).toEqual(read);
    expect(isSound(read)).toBe(true);
  });

  test("is read over several lines, with a byte order mark", () => {
    if (format === "jsonl") return;
    expect(readText(`\ufeff${JSON.stringify(SAMPLES[format], null, 2)}\n`)).toEqual(readText(text));
  });

  test("cut anywhere, it is refused with its place", () => {
    for (let length = 1; length < text.length; length += 7) {
      const error = refusalOf(() => readText(text.slice(0, length), { format }));
      expect(error).toMatchObject({ code: "import.bad_format" });
      expect(error.message).toMatch(/^recording\.json: .*(?:cut off|ends in the middle)/);
    }
  });

  test("of another format, it is refused", () => {
    for (const other of RECORDING_FORMATS) {
      if (other === format) continue;
      expect(refusalOf(() => readText(JSON.stringify(SAMPLES[other]), { format })).code).toBe("import.bad_format");
    }
  });
});

describe.each(RECORDING_FORMATS)("%s", (format) => {
  const text = JSON.stringify(SAMPLES[format]);

  test("without end in it, it is refused or the rest is read: no crash", () => {
    const depth = 100_000;
    const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const deepObject = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    let tried = 0;
    for (const [at] of text
      .matchAll(/(?<=:)(?:"[^"]*"|\d+(?:\.\d+)?)/g)
      .map(({ index, 0: found }) => [index, found] as const)) {
      const end = at + (/^(?:"[^"]*"|[\d.]+)/.exec(text.slice(at))?.[0].length ?? 0);
      tried += 1;
      expect(
        verdictOn(() => readText(text.slice(0, at) + (tried % 2 === 0 ? deep : deepObject) + text.slice(end))),
      ).not.toBe("unsound");
    }
    expect(tried).toBeGreaterThan(3);
  });

  test("with any value anywhere, it is refused or what is read is sound", () => {
    fc.assert(
      fc.property(fc.nat(), fc.oneof(fc.jsonValue(), hostileValue), (place, value) => {
        expect(
          verdictOn(() => readValue(replaced(SAMPLES[format] as Json, place, value as Json), { format })),
        ).not.toBe("unsound");
      }),
      { numRuns: 300 },
    );
  });

  test("with keys of objects' own ancestors, nothing is changed that is not its own", () => {
    const hostile = `{"__proto__":{"isHostile":true},"constructor":{"prototype":{"isHostile":true}},`;
    const verdict = verdictOn(() => readText(text.replaceAll("{", hostile).replaceAll(",}", "}")));
    expect(({} as Record<string, unknown>)["isHostile"]).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("isHostile");
    expect(verdict).toBe("sound");
  });

  test.each(["1e308", "1e999", "-1"])("with %s for every number, it is refused or what is read is sound", (number) => {
    const changed = text.replaceAll(/(?<=[:,[])\d+(?:\.\d+)?/g, number);
    expect(verdictOn(() => readText(changed, { format }))).not.toBe("unsound");
  });
});

test.each([
  { why: "an empty file", bytes: Buffer.from(" \n"), says: "is empty" },
  { why: "a packed file", bytes: gzipSync("{}"), says: "is packed with gzip: unpack it first" },
  {
    why: "an Inspect log of the other kind",
    bytes: Buffer.from("PK\u0003\u0004"),
    says: "inspect log convert --to json",
  },
  { why: "Latin-1", bytes: Buffer.from(JSON.stringify(SAMPLES.atif), "latin1"), says: "is not UTF-8 (byte " },
  { why: "UTF-16", bytes: Buffer.from("\ufeff{}", "utf16le"), says: "it is UTF-16" },
  { why: "a pointer", bytes: Buffer.from("version https://git-lfs.github.com/spec/v1\n"), says: "Git LFS pointer" },
  {
    why: "NaN",
    bytes: Buffer.from('{"trace":{"id":"t","latency":NaN},"observations":[]}'),
    says: "line 1, column 30: NaN",
  },
  { why: "a number", bytes: Buffer.from("7"), says: "it is a number" },
  { why: "an empty list", bytes: Buffer.from("[]"), says: "is no recording that is known" },
  { why: "another object", bytes: Buffer.from('{"spans":[]}'), says: "it is an object with spans" },
  { why: "another list", bytes: Buffer.from("[[1]]"), says: "it is a list of 1" },
  {
    why: "another version",
    bytes: Buffer.from('{"schema_version":"ATIF-v2.0","steps":[]}'),
    says: "is no version of ATIF-v1",
  },
])("$why is refused", ({ bytes, says }) => {
  const error = refusalOf(() => readRecording({ path, bytes, nowMs: NOW_MS }));
  expect(error).toMatchObject({ code: "import.bad_format", details: { file: path } });
  expect(error.message).toContain(`${path}: `);
  expect(error.message).toContain(says);
});

test("a file over the limit is refused before it is read", () => {
  const bytes = new Proxy(new Uint8Array(0), {
    get: (target, key) => (key === "byteLength" ? LIMITS.importFileBytesMax + 1 : Reflect.get(target, key, target)),
  });
  expect(refusalOf(() => readRecording({ path, bytes, nowMs: 0 })).message).toContain("split it into several files");
});

test("a conversation that is too great for a log is refused, the others stay", () => {
  const big = {
    ...(SAMPLES["who-when"] as object),
    history: [{ content: "x".repeat(LIMITS.eventBytesMax), role: "human" }],
  };
  const long = {
    ...big,
    history: Array.from({ length: LIMITS.trialEventsMax }, () => ({ content: "x", role: "human" })),
  };
  const read = readValue([big, SAMPLES["who-when"], long]);
  expect(read.logs).toHaveLength(1);
  expect(read.refused.map(({ where, why }) => `${where} ${why}`)).toEqual([
    expect.stringMatching(/^\[0\] holds a message of \d+ bytes, more than/),
    expect.stringMatching(/^\[2\] makes \d+ events, more than/),
  ]);
});

test("one row without end is refused, the others stay", () => {
  const good = JSON.stringify(SAMPLES["who-when"]);
  const deep = good.replace('"8"', `${"[".repeat(100_000)}${"]".repeat(100_000)}`).replace('"Hello"', '"Bye"');
  const read = readText(`${good}\n${deep.replace('"who"', '"w"')}\n{"history":5,"question":1}\n`);
  expect(read.logs).toHaveLength(1);
  expect(read.refused.map(({ where }) => where)).toContain("line 3");
});

test.each([
  { depth: LIMITS.importDepthMax - 4, refused: 0 },
  { depth: LIMITS.importDepthMax + 1, refused: 1 },
  { depth: 100_000, refused: 1 },
])("arguments in text, $depth deep", ({ depth, refused }) => {
  const text = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const call = { tool_call_id: "c", function_name: "look", arguments: text };
  const deep = {
    ...(SAMPLES.atif as object),
    session_id: "t",
    steps: [{ source: "agent", message: "", tool_calls: [call] }],
  };
  expect(readValue([SAMPLES.atif, deep]).refused).toHaveLength(refused);
});

test("a thousand bad rows are counted, and three are named", () => {
  const rows = Array.from({ length: 1000 }, () => ({ schema_version: "ATIF-v1", steps: 5 }));
  const error = refusalOf(() => readValue(rows));
  expect(error.details).toMatchObject({ refused: 1000, format: "atif" });
  expect(error.message).toMatch(/\[0\]: .*; \[1\]: .*; \[2\]: .*; and 997 more$/);
});

const hostileValue = fc.constantFrom<unknown>(
  "\u0000\u001b[31m",
  "\ud800",
  "__proto__",
  [[]],
  { __proto__: null, toString: 5 },
  -0,
  1e300,
  "attachment://0",
);

/** The value with its n-th part, counted from outside in, replaced. */
function replaced(value: Json, place: number, by: Json): Json {
  const count = partCount(value);
  let at = place % count;
  const visit = (here: Json): Json => {
    if (at-- === 0) return by;
    if (Array.isArray(here)) return here.map(visit);
    if (typeof here !== "object" || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([key, member]) => [key, visit((member ?? null) as Json)]));
  };
  return visit(value);
}

function partCount(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + partCount((member ?? null) as Json), 1);
}

/** `unsound` is the one thing that may not be. */
function verdictOn(read: () => ReadRecording): "refused" | "sound" | "unsound" {
  const outcome = outcomeOf(read);
  if (outcome instanceof AegisError) return outcome.code === "import.bad_format" ? "refused" : "unsound";
  return isSound(outcome) ? "sound" : "unsound";
}

/** What was read, or why it was refused; any other failure is one of the test. */
function outcomeOf(read: () => ReadRecording): ReadRecording | AegisError {
  try {
    return read();
  } catch (error) {
    if (error instanceof AegisError) return error;
    throw error;
  }
}

/** Whoever reads the logs and spans can rely on them. */
function isSound({ logs, traces }: ReadRecording): boolean {
  const spans = traces.flatMap((trace) => trace.spans);
  return (
    logs.every(({ events }) => events.every(isEvent) && events[0]?.type === "run.started") &&
    logs.every(({ costMicroUsd }) => costMicroUsd === null || (Number.isFinite(costMicroUsd) && costMicroUsd >= 0)) &&
    logs.every(({ events }) => ofType(events, "model.returned").every((event) => (event.costMicroUsd ?? 0) >= 0)) &&
    spans.every(
      (span) =>
        /^(?:[\da-f]{16}|[\da-f]{32})$/.test(span.traceId) &&
        /^[\da-f]{16}$/.test(span.spanId) &&
        /^\d+$/.test(span.startNs) &&
        (span.endNs === undefined || /^\d+$/.test(span.endNs)),
    )
  );
}

test("the samples are one of each format", () => {
  expect(Object.keys(SAMPLES).toSorted()).toEqual([...RECORDING_FORMATS] satisfies RecordingFormat[]);
});
