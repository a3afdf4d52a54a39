import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exchangeOf } from "../redact/planted-secrets.test-kit.ts";
import { cassettePath } from "./cassette-path.ts";
import { openCassetteWriter } from "./open-cassette-writer.ts";
import { readCassette } from "./read-cassette.ts";

let folder = "";
let text = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aegis-cassette-"));
  const path = join(folder, "good.jsonl");
  const writer = await openCassetteWriter(path, { recordedAtMs: 1_790_000_000_000 });
  await writer.append(exchangeOf({ body: Buffer.from([0, 255, 10]), chunks: ["a", "\u2028", "b\n"] }));
  await writer.append(exchangeOf({ headers: [["authorization", "Bearer abcdefgh"]] }, 1));
  expect(existsSync(path)).toBe(false);
  await writer.close();
  expect(writer.redacted()).toEqual({ authorization: 1 });
  text = await readFile(path, "utf8");
});

afterAll(() => rm(folder, { recursive: true }));

test("what is written is read, and nobody else reads the file", async () => {
  const path = join(folder, "good.jsonl");
  const { header, entries } = await readCassette(path);
  expect(header).toEqual({ aegis: "cassette", version: 1, recordedAt: "2026-09-21T14:13:20.000Z" });
  expect(entries.map(({ exchange }) => exchange.response?.chunks.map(({ bytes }) => bytes.toString()))).toEqual([
    ["a", "\u2028", "b\n"],
    ["{}"],
  ]);
  expect(Buffer.from(entries[0]?.exchange.request.body ?? [])).toEqual(Buffer.from([0, 255, 10]));
  expect(entries[1]?.exchange.request.headers).toEqual([["authorization", "Bearer [redacted:authorization:1]"]]);
  expect(text.trimEnd().split("\n")).toHaveLength(3);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a recording that is given up leaves what was there, and nothing else", async () => {
  const path = join(folder, "kept", "tape.jsonl");
  await mkdir(join(folder, "kept"));
  await writeFile(path, "before");
  {
    await using writer = await openCassetteWriter(path, { recordedAtMs: 0 });
    await writer.append(exchangeOf());
  }
  expect(await readdir(join(folder, "kept"))).toEqual(["tape.jsonl"]);
  expect(await readFile(path, "utf8")).toBe("before");
});

test.each([
  { why: "nothing", change: () => "", message: ":1: the file is empty" },
  { why: "another file", change: () => '{"a":1}\n', message: ':1: a cassette begins with {"aegis":"cassette"}' },
  {
    why: "a later version",
    change: (good: string) => good.replace('"version":1', '"version":2'),
    message: ":1: the cassette is of version 2, this Aegis reads 1",
  },
  {
    why: "a file that was cut",
    change: (good: string) => good.slice(0, -20),
    message: ":3: the file ends in the middle of a line",
  },
  {
    why: "a line that was cut",
    change: (good: string) => good.replace('"method"', "\n"),
    message: ":2: the line is not JSON",
  },
  {
    why: "a member nobody knows",
    change: (good: string) => good.replace('"durationMs"', '"durationMS":1,"durationMs"'),
    message: ':2: there is no key "durationMS", did you mean "durationMs"?',
  },
  {
    why: "bytes that are none",
    change: (good: string) => good.replace('"YQ=="', '"Y!"'),
    message: ":2: response.chunks.0.1: expected bytes as base64",
  },
  {
    why: "no address",
    change: (good: string) => good.replace("https://", "//"),
    message: ":2: url: expected an address",
  },
])("refused with its line: $why", async ({ change, message }) => {
  const path = join(folder, "bad.jsonl");
  await writeFile(path, change(text));
  const refusal = await readCassette(path).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "network.bad_cassette" });
  expect((refusal as Error).message).toContain(`${path}${message}`);
});

test("a file that is not there", async () => {
  await expect(readCassette(join(folder, "none.jsonl"))).rejects.toMatchObject({ code: "io.not_found" });
});

test("a folder that is yet to come", () => {
  expect(cassettePath(join(folder, "yet", "to-come"), "a")).toBe(join(folder, "yet", "to-come", "a.jsonl"));
});

test.each(["shop/refund", "refund.jsonl", "a.b-c_d"])("%s names a cassette in the folder", (name) => {
  expect(cassettePath(folder, name)).toBe(join(folder, `${name.replace(".jsonl", "")}.jsonl`));
});

test.each([
  "",
  "..",
  "../x",
  "a/../../x",
  "/etc/passwd",
  "a//b",
  "a\\b",
  ".env",
  "a\0b",
  "a/.",
  "x".repeat(200),
  "out/x",
  "loose",
])("%j names no cassette", async (name) => {
  await symlink("/", join(folder, "out")).catch(() => undefined);
  await symlink("/nowhere/at/all", join(folder, "loose.jsonl")).catch(() => undefined);
  expect(() => cassettePath(folder, name)).toThrow(expect.objectContaining({ code: "network.bad_cassette" }));
});
