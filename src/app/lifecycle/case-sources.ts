import { readFileSync, realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import type { LoadedSuite } from "../../eval/index.ts";
import type { CaseSource } from "../../eval/lifecycle/index.ts";

/** The files that hold a suite's cases, each read once. */
export function caseSources(suite: LoadedSuite, root: string): CaseSource[] {
  const byFile = Map.groupBy(suite.cases, ({ file }) => file ?? suite.file);
  return [...byFile].map(([file, cases]) => ({
    path: relative(root, file).split(sep).join("/"),
    text: readText(file),
    form: formOf(file, suite),
    caseIds: cases.map(({ id }) => id),
  }));
}

function formOf(file: string, suite: LoadedSuite): CaseSource["form"] {
  if (file !== suite.file || /\.(ya?ml|json)$/.test(file)) return "data";
  return suite.target.kind === "task" ? "rows" : "code";
}

/** A file that is no plain text comes out empty: then nothing of it can be edited. */
function readText(file: string): string {
  try {
    const bytes = readFileSync(realpathSync(file));
    const text = bytes.toString("utf8");
    return Buffer.from(text, "utf8").equals(bytes) ? text : "";
  } catch (cause) {
    throw new AegisError("io.failed", `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
