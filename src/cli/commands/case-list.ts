import { relative } from "node:path";
import { z } from "zod";
import { type Config, findSuite, findSuites } from "../../app/index.ts";
import { countNoun, escapeTerminal, jsonLine, offerNames } from "../../kernel/index.ts";
import type { LoadedSuite } from "../../eval/index.ts";
import { defineCommand } from "../command.ts";

const flags = z.strictObject({
  suite: z.string().optional().describe("name or path of one suite"),
  tag: z.array(z.string()).default([]).describe("cases with one of these tags"),
  kind: z
    .array(z.enum(["capability", "regression"]))
    .default([])
    .describe("capability, regression"),
  json: z.boolean().default(false).describe("print JSON lines instead of a table"),
});

export const caseList = defineCommand({
  name: "case list",
  summary: "List the cases of the project's suites.",
  about: "A suite file that cannot be read is named, and makes the exit code that of its error.",
  flags,
  examples: [
    { line: "aegis case list", does: "every case of every suite" },
    { line: "aegis case list --suite production-v2 --kind regression", does: "what one suite guards" },
  ],
  async run({ flags: given, app, terminal }) {
    const config = await app.config();
    const { suites, broken } = await suitesOf(config, given.suite);
    const all = suites.flatMap((suite) => caseRows(suite, config.root));
    const rows = all.filter((row) => isWanted(row, given));
    if (given.json) for (const row of rows) terminal.out(jsonLine(row));
    else if (rows.length > 0) terminal.out(renderTable(rows));
    else if (broken.length === 0) terminal.err(`${escapeTerminal(explainNone(all, given))}\n`);
    for (const { file, error } of broken) {
      const line = `${relative(config.root, file)} cannot be read: ${error.code}: ${error.message}\n  fix: ${error.fix}`;
      terminal.err(`${escapeTerminal(line, { keepLines: true })}\n`);
    }
    return broken[0]?.error.exitCode ?? 0;
  },
});

async function suitesOf(config: Config, name: string | undefined): ReturnType<typeof findSuites> {
  return name === undefined ? findSuites(config) : { suites: [await findSuite(config, name)], broken: [] };
}

function caseRows(suite: LoadedSuite, root: string) {
  return suite.cases.map(({ id, kind, tags, trials, checks, why, file }) => ({
    suite: suite.name,
    id,
    kind,
    tags,
    trials: trials ?? suite.trials,
    checkCount: suite.checks.length + checks.length + suite.scorers.length,
    why: why ?? null,
    file: relative(root, file ?? suite.file),
  }));
}

type CaseRow = ReturnType<typeof caseRows>[number];

function isWanted({ tags, kind }: CaseRow, given: z.output<typeof flags>): boolean {
  const hasTag = given.tag.length === 0 || given.tag.some((tag) => tags.includes(tag));
  return hasTag && (given.kind.length === 0 || given.kind.includes(kind));
}

function explainNone(all: readonly CaseRow[], given: z.output<typeof flags>): string {
  if (all.length === 0) return "there are no cases yet; make a project with: aegis init";
  const tags = [...new Set(all.flatMap((row) => row.tags))].sort();
  const unknown = given.tag.filter((tag) => !tags.includes(tag));
  const why = unknown.map((tag) => `; none has the tag ${JSON.stringify(tag)}${offerNames(tag, tags)}`);
  return `no case of ${all.length} fits${why.join("")}`;
}

function renderTable(rows: readonly CaseRow[]): string {
  const cells = rows.map(({ suite, id, kind, trials, checkCount, tags }) => [
    escapeTerminal(suite),
    escapeTerminal(id),
    kind,
    countNoun(trials, "trial"),
    countNoun(checkCount, "check"),
    escapeTerminal(tags.join(" ")),
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ");
  return `${cells.map((row) => line(row).trimEnd()).join("\n")}\n`;
}
