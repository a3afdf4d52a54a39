import { expect, test } from "vitest";
import { AegisError, fixedClock, idMaker, LIMITS, seededRandom } from "../../kernel/index.ts";
import type { ResultFormat } from "../../trace/recorded/index.ts";
import { importResults } from "./import-results.ts";
import type { ImportRequest } from "./imported-results.ts";

const tau1 = JSON.stringify(
  [{ task_id: 1, reward: 1, trial: 0, traj: [{ role: "user", content: "Grüße" }], info: {} }],
  null,
  1,
);
const tau2 = JSON.stringify({
  info: {},
  tasks: [],
  simulations: [{ task_id: "1", reward_info: { reward: 1 }, messages: [] }],
});
const jsonl = '{"case":"a","passed":true}\n{"case":"b","passed":true}\n';

test.each<{ why: string; format: ResultFormat; content: string | Uint8Array; says: string }>([
  {
    why: "a cut list",
    format: "tau1",
    content: tau1.slice(0, -20),
    says: "line 11, column 3: the file ends in the middle of a value; it was cut off",
  },
  {
    why: "a cut string",
    format: "tau1",
    content: tau1.slice(0, tau1.indexOf("üße")),
    says: "the file ends in the middle of a value",
  },
  { why: "a cut object", format: "tau2", content: tau2.slice(0, -1), says: "the file ends in the middle of a value" },
  {
    why: "text after the value",
    format: "tau1",
    content: `${tau1}\n]`,
    says: "line 15, column 1: this character does not belong there",
  },
  {
    why: "NaN",
    format: "tau1",
    content: '[{"reward": NaN, "task_id": 1}]',
    says: "line 1, column 13: NaN and Infinity are not JSON",
  },
  {
    why: "a pointer",
    format: "tau1",
    content: "version https://git-lfs.github.com/spec/v1\n",
    says: "Git LFS pointer",
  },
  {
    why: "tau2 as tau1",
    format: "tau1",
    content: tau2,
    says: "is no tau1 list of results: it looks like tau2: use --format tau2",
  },
  { why: "tau1 as tau2", format: "tau2", content: tau1, says: "it looks like tau1: use --format tau1" },
  {
    why: "jsonl as tau1",
    format: "tau1",
    content: jsonl,
    says: "line 2, column 1: it looks like jsonl: use --format jsonl",
  },
  { why: "tau1 as jsonl", format: "jsonl", content: tau1, says: "is no file of JSON lines: it looks like tau1" },
  { why: "tau2 as jsonl", format: "jsonl", content: tau2, says: "it looks like tau2: use --format tau2" },
  {
    why: "an object over several lines",
    format: "jsonl",
    content: '{\n"case":"a",\n"passed":true}',
    says: "put each result on one line",
  },
  { why: "another list", format: "tau1", content: "[1,2]", says: "it is a list of 2 without trajectories" },
  { why: "another object", format: "tau2", content: '{"a":1}', says: "it is an object with a" },
  { why: "a number", format: "tau2", content: "7", says: "it is a number" },
  { why: "an empty list", format: "tau1", content: "[]", says: "holds no results" },
  { why: "no simulations", format: "tau2", content: '{"simulations":[]}', says: "holds no simulations" },
  { why: "no task results", format: "tau2", content: '{"task_results":[]}', says: "holds no task_results" },
  { why: "an empty file", format: "jsonl", content: " \n", says: "is empty" },
  {
    why: "Latin-1",
    format: "tau1",
    content: Buffer.from(tau1, "latin1"),
    says: `is not UTF-8 (byte ${tau1.indexOf("ü")}): save it as UTF-8`,
  },
  { why: "UTF-16", format: "tau1", content: Buffer.from(`\ufeff${tau1}`, "utf16le"), says: "it is UTF-16" },
  {
    why: "gzip",
    format: "tau1",
    content: Uint8Array.of(0x1f, 0x8b, 8, 0),
    says: "is packed with gzip: unpack it first",
  },
  {
    why: "a bad role",
    format: "tau1",
    content: tau1.replace('"user"', '"robot"'),
    says: "row 0.traj[0].role: Invalid option",
  },
  {
    why: "a bad id",
    format: "tau2",
    content: tau2.replace('"1"', "null"),
    says: "simulations[0].task_id: Invalid input",
  },
])("$why is refused as $format", ({ format, content, says }) => {
  const error = refusalOf([toFile("results.json", content)], format);
  expect(error).toMatchObject({ code: "import.bad_format", details: { file: "results.json" } });
  expect(error.message).toContain("results.json: ");
  expect(error.message).toContain(says);
});

test("a byte order mark is no harm", () => {
  expect(load([toFile("a.json", Buffer.from(`\ufeff${tau1}`))], "tau1").trials).toHaveLength(1);
});

test("one bad file among good ones refuses them all", () => {
  const error = refusalOf([toFile("good.json", tau1), toFile("bad.json", tau1.slice(0, -9))], "tau1");
  expect(error.details["file"]).toBe("bad.json");
});

test("the same file twice is not twice the evidence", () => {
  const error = refusalOf([toFile("a.json", tau1), toFile("copy.json", tau1)], "tau1");
  expect(error.message).toBe("copy.json: holds the same bytes as a.json: name each file once");
});

test("a file over the limit is refused before it is read", () => {
  const bytes = new Proxy(new Uint8Array(0), {
    get: (target, key) => (key === "byteLength" ? LIMITS.importFileBytesMax + 1 : Reflect.get(target, key, target)),
  });
  expect(refusalOf([{ path: "huge.json", bytes }], "tau1").message).toContain("split it into several files");
});

test("a message bigger than the log takes is refused with its place", () => {
  const big = tau1.replace("Grüße", "x".repeat(LIMITS.eventBytesMax));
  expect(refusalOf([toFile("a.json", big)], "tau1").message).toMatch(
    /^a\.json: row 0 holds a message of \d+ bytes, more than/,
  );
});

test("nesting without end is refused, not a crash", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const nested = tau1.replace('"info": {}', `"info": {"task": {"instruction": "x", "deep": ${deep}}}`);
  expect(refusalOf([toFile("a.json", nested)], "tau1").message).toBe("a.json: is nested too deeply");
});

test("no files is refused", () => {
  expect(refusalOf([], "tau1").message).toBe("import: names no file");
});

function toFile(path: string, content: string | Uint8Array): ImportRequest["files"][number] {
  return typeof content === "string" ? { path, text: content } : { path, bytes: content };
}

function load(files: ImportRequest["files"], format: ResultFormat) {
  return importResults({ files, format, runName: "r", makeId: idMaker(fixedClock(0), seededRandom(1)), nowMs: 0 });
}

function refusalOf(files: ImportRequest["files"], format: ResultFormat): AegisError {
  try {
    load(files, format);
  } catch (error) {
    if (error instanceof AegisError) return error;
    throw error;
  }
  throw new Error("the import was not refused");
}
