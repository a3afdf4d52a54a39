import fc from "fast-check";
import { expect, test } from "vitest";
import { type SseItem, sseParser } from "./sse-parser.ts";

test.each<{ why: string; stream: string; items: SseItem[] }>([
  { why: "one line of data", stream: "data: a\n\n", items: [{ kind: "message", data: "a" }] },
  {
    why: "an id and a name",
    stream: "id: 7\nevent: x\ndata: a\n\n",
    items: [{ kind: "message", data: "a", id: "7", event: "x" }],
  },
  {
    why: "several lines of data",
    stream: "data: a\ndata\ndata:  b\n\n",
    items: [{ kind: "message", data: "a\n\n b" }],
  },
  { why: "data without a space", stream: "data:a\n\n", items: [{ kind: "message", data: "a" }] },
  { why: "a comment", stream: ": still here\n\n:\n", items: [{ kind: "comment" }, { kind: "comment" }] },
  { why: "a wait", stream: "retry: 40\nretry: soon\n\n", items: [{ kind: "retry", ms: 40 }] },
  {
    why: "CR and CRLF",
    stream: "data: a\r\rdata: b\r\n\r\n",
    items: [
      { kind: "message", data: "a" },
      { kind: "message", data: "b" },
    ],
  },
  { why: "a byte order mark", stream: "\uFEFFdata: a\n\n", items: [{ kind: "message", data: "a" }] },
  { why: "an unknown field", stream: "colour: red\ndata: a\n\n", items: [{ kind: "message", data: "a" }] },
  { why: "an id without data", stream: "id: 7\n\ndata: a\n\n", items: [{ kind: "message", data: "a" }] },
  { why: "an id with NUL", stream: "id: 7\0\ndata: a\n\n", items: [{ kind: "message", data: "a" }] },
  { why: "empty data", stream: "data:\n\n", items: [{ kind: "message", data: "" }] },
  { why: "no end", stream: "data: a\n", items: [] },
])("reads $why", ({ stream, items }) => {
  expect(read([Buffer.from(stream)])).toEqual(items);
});

test("finds the same items however the bytes are cut", () => {
  const newline = fc.constantFrom("\n", "\r", "\r\n");
  const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((each) => each.replaceAll(/[\r\n\0]/g, " "));
  const line = fc.oneof(
    text.map((value) => `data: ${value}`),
    text.map((value) => `: ${value}`),
    text.map((value) => `id: ${value}`),
    fc.constant(""),
  );
  const stream = fc.array(fc.tuple(line, newline)).map((lines) => Buffer.from(lines.flat().join("")));
  const cuts = fc.array(fc.nat(9), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(stream, cuts, (bytes, sizes) => {
      expect(read(piecesOf(bytes, sizes))).toEqual(read([bytes]));
    }),
    { numRuns: 500 },
  );
});

test("reads a message of 4 MiB that comes in small pieces", () => {
  const data = "x".repeat(4 * 1024 * 1024);
  const bytes = Buffer.from(`data: ${data}\n\n`);
  const items = read(piecesOf(bytes, [1_400]));
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ data });
});

test("gives up a line without an end", () => {
  const parse = sseParser();
  const piece = Buffer.alloc(8 * 1024 * 1024, "x");
  expect(() => Array.from({ length: 5 }, () => parse(piece))).toThrow("A message has no end");
});

function read(chunks: readonly Uint8Array[]): SseItem[] {
  const parse = sseParser();
  return chunks.flatMap((chunk) => parse(chunk));
}

/** Sizes in turn; 0 is an empty chunk. */
function piecesOf(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    const end = start + (size === 0 && pieces.at(-1)?.length === 0 ? 1 : size);
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}
