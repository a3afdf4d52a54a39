import { globSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import type { EvalCase } from "../../domain/index.ts";
import { AegisError, toJson } from "../../kernel/index.ts";
import type { TaskRow } from "../define/define-suite.ts";
import type { agentSuiteSchema } from "./case-schema.ts";
import { type CaseDefaults, finishCase } from "./parse-case.ts";

interface CaseSource {
  readonly cases: ReturnType<typeof agentSuiteSchema.parse>["cases"];
  readonly folder: string;
  readonly file: string;
  readonly defaults: CaseDefaults;
}

/** Cases written in the suite, and those of the files it names. @throws {AegisError} "suite.no_cases", "case.*" or "check.*" */
export async function readCases({ cases, folder, file, defaults }: CaseSource): Promise<EvalCase[]> {
  const list = typeof cases === "string" ? [cases] : cases;
  const read = list.map(async (entry) => {
    if (typeof entry !== "string") return [finishCase({ input: entry, folder, defaults })];
    const files = expandGlob(entry, folder);
    if (files.length === 0) {
      throw new AegisError(
        "suite.no_cases",
        `${file}: no file matches ${entry} in ${relative(process.cwd(), folder) || "."}`,
      );
    }
    // The YAML reader is loaded only for a suite that has such files.
    const { parseCaseFile } = await import("./parse-case-file.ts");
    return Promise.all(files.map((caseFile) => parseCaseFile(caseFile, defaults)));
  });
  return (await Promise.all(read)).flat();
}

function expandGlob(pattern: string, folder: string): string[] {
  if (isAbsolute(pattern)) return [pattern];
  return globSync(pattern, { cwd: folder })
    .map((path) => resolve(folder, path))
    .sort();
}

/** Rows of a `{ data, task }` suite, each as a case. */
export async function readRows(data: unknown, defaults: CaseDefaults): Promise<EvalCase[]> {
  const rows = (await (typeof data === "function" ? (data as () => unknown)() : data)) as readonly TaskRow[];
  const chosen = rows.some((row) => row.only) ? rows.filter((row) => row.only) : rows;
  const digits = String(chosen.length).length;
  return chosen.map((row, index) => {
    const input = toJson(row.input);
    return finishCase({
      folder: process.cwd(),
      defaults,
      input: {
        id: row.id ?? `row-${String(index + 1).padStart(digits, "0")}`,
        input: [typeof input === "string" ? { user: input } : { data: input as never }],
        tags: [...(row.tags ?? [])],
        metadata: { ...(row.metadata === undefined ? {} : (toJson(row.metadata) as never)) },
        ...(row.expected !== undefined && { expected: toJson(row.expected) as never }),
      },
    });
  });
}
