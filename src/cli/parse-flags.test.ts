import { expect, test } from "vitest";
import { z } from "zod";
import { type Command, defineCommand } from "./command.ts";
import { flagShapes, parseFlags } from "./parse-flags.ts";

const command = defineCommand({
  name: "try it",
  summary: "Try it.",
  arguments: [
    { name: "run", summary: "the run" },
    { name: "other", summary: "another run", isOptional: true },
  ],
  flags: z.strictObject({
    json: z.boolean().default(false).describe("print JSON"),
    color: z.boolean().default(true).describe("with colour"),
    failUnder: z.coerce.number().max(100).optional().describe("percent"),
    limit: z.coerce.number().int().min(1).default(20).describe("rows"),
    tag: z.array(z.string()).default([]).describe("tags"),
    kind: z.array(z.enum(["capability", "regression"])).default([]),
    level: z.enum(["none", "process"]).optional(),
  }),
  examples: [],
  run: async () => 0,
});
const DEFAULTS = { json: false, color: true, limit: 20, tag: [], kind: [] };

const parse = (...words: readonly string[]) => parseFlags(command as Command<typeof command.flags>, words);

test.each([
  { words: [], flags: {} },
  { words: ["--json"], flags: { json: true } },
  { words: ["--no-json", "--no-color"], flags: { json: false, color: false } },
  { words: ["--limit", "5"], flags: { limit: 5 } },
  { words: ["--limit=5", "--limit=6"], flags: { limit: 6 } },
  { words: ["--fail-under", "99.5"], flags: { failUnder: 99.5 } },
  { words: ["--tag", "a", "--tag=b,c", "--tag", "d"], flags: { tag: ["a", "b", "c", "d"] } },
  { words: ["--kind", "regression,capability"], flags: { kind: ["regression", "capability"] } },
  { words: ["--level", "process"], flags: { level: "process" } },
  { words: ["--tag="], flags: { tag: [""] } },
  { words: ["--fail-under=-1"], flags: { failUnder: -1 } },
])("$words means $flags", ({ words, flags }) => {
  expect(parse("RUN", ...words)).toEqual({ flags: { ...DEFAULTS, ...flags }, args: ["RUN"], wantsHelp: false });
});

test.each([
  { words: ["--jsno"], says: "unknown option --jsno; did you mean --json?" },
  { words: ["--fail-undr", "3"], says: "unknown option --fail-undr; did you mean --fail-under?" },
  { words: ["--failUnder", "3"], says: "unknown option --failUnder; did you mean --fail-under?" },
  { words: ["--nothing-like-it"], says: "unknown option --nothing-like-it" },
  { words: ["-x"], says: "unknown option -x" },
  { words: ["--no-colour"], says: "unknown option --no-colour; did you mean --no-color?" },
  { words: ["--toString"], says: "unknown option --toString" },
  { words: ["--__proto__=1"], says: "unknown option --__proto__" },
  { words: ["--limit"], says: "--limit" },
  { words: ["--limit", "--json"], says: "--limit" },
  { words: ["--json=yes"], says: "--json" },
  { words: ["--limit", "many"], says: "--limit" },
  { words: ["--limit", "0"], says: "--limit" },
  { words: ["--limit", "1.5"], says: "--limit" },
  { words: ["--fail-under", "101"], says: "--fail-under" },
  { words: ["--level", "vm"], says: "--level" },
  { words: ["--kind", "regression,other"], says: "--kind" },
  { words: ["--no-limit"], says: "--no-limit" },
])("$words is refused: $says", ({ words, says }) => {
  const failure = expect.objectContaining({ code: "cli.usage", message: expect.stringContaining(says) });
  expect(() => parse("RUN", ...words)).toThrow(failure);
  expect(() => parse("RUN", ...words)).toThrow(/^aegis try it: /);
});

test.each([
  { words: ["a"], args: ["a"] },
  { words: ["a", "b"], args: ["a", "b"] },
  { words: ["--", "--json"], args: ["--json"] },
  { words: ["a", "--json", "b"], args: ["a", "b"] },
])("$words leaves the arguments $args", ({ words, args }) => {
  expect(parse(...words).args).toEqual(args);
});

test.each([
  { words: [], says: "missing argument RUN: the run" },
  { words: ["a", "b", "c"], says: "unexpected argument c" },
])("$words: $says", ({ words, says }) => {
  expect(() => parse(...words)).toThrow(`aegis try it: ${says}`);
});

test("an argument may take all that follow, and help comes before what is missing", () => {
  const list = { ...command, arguments: [{ name: "files", summary: "files", isList: true }] };
  expect(parseFlags(list, ["a", "b", "c"]).args).toEqual(["a", "b", "c"]);
  expect(() => parseFlags(list, [])).toThrow("missing argument FILES");
  for (const word of ["--help", "-h"]) expect(parse(word)).toMatchObject({ wantsHelp: true });
});

test("flags are read off the schema", () => {
  expect(flagShapes(command.flags).map(({ flag, kind, defaultText }) => [flag, kind, defaultText])).toEqual([
    ["--json", "boolean", undefined],
    ["--color", "boolean", "true"],
    ["--fail-under", "value", undefined],
    ["--limit", "value", "20"],
    ["--tag", "list", undefined],
    ["--kind", "list", undefined],
    ["--level", "value", undefined],
  ]);
});

test("a value that looks like an option, and an option that must be there, say what to type", () => {
  const command = defineCommand({
    name: "look",
    summary: "Look.",
    flags: z.strictObject({ since: z.string().describe("from when on") }),
    examples: [],
    run: async () => 0,
  });
  expect(() => parseFlags(command, ["--since", "-3d"])).toThrow(
    "a value that begins with - goes after an =: --since=-VALUE",
  );
  expect(parseFlags(command, ["--since=-3d"]).flags).toEqual({ since: "-3d" });
  expect(() => parseFlags(command, [])).toThrow("aegis look: --since is missing: from when on");
});
