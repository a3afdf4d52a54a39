import { isJsonObject, type Json } from "../../kernel/index.ts";
import { badFormat, explainIssue } from "./bad-format.ts";
import { describeContent, detectResultFormat } from "./result-format.ts";
import { findJsonError } from "./find-json-error.ts";
import { explainJsonError } from "./parse-json-text.ts";
import { failureOf, type JsonlRow, jsonlRowSchema, readJsonlRow } from "./read-jsonl-row.ts";
import { readSuccess, readSuccessAt, type RecordedSuccess } from "./read-success.ts";
import type { RecordedFile, RecordedTrial, RefusedRow } from "./recorded-trial.ts";

/** Bad lines named in the message; all of them are counted. */
const NAMED_MAX = 3;

/**
 * JSON lines, one result each; the row's form stands at `jsonlRowSchema`.
 *
 * @param options.skipBad true leaves bad lines out and lists them; otherwise one bad line refuses the file
 * @throws {AegisError} "import.bad_format"
 */
export function readJsonl(
  file: string,
  text: string,
  { skipBad = false, successPath }: { readonly skipBad?: boolean; readonly successPath?: string | undefined } = {},
): RecordedFile {
  refuseOtherFormats(file, text);
  const trials: RecordedTrial[] = [];
  const refused: RefusedRow[] = [];
  let unpairedResultCount = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `line ${index + 1}`;
    const row = parseRow(line, successPath);
    if (typeof row === "string") {
      refused.push({ file, where, why: row });
      continue;
    }
    const read = readJsonlRow({ file, where, ...row });
    unpairedResultCount += read.unpairedResultCount;
    trials.push(read.trial);
  }
  if (refused.length > 0 && (!skipBad || trials.length === 0)) throw refusal(file, refused, trials.length);
  return { trials, refused, userToolCallCount: 0, unpairedResultCount };
}

interface ParsedRow {
  readonly raw: Json;
  readonly row: JsonlRow;
  readonly success: RecordedSuccess;
}

/** The row, or why it is none. */
function parseRow(line: string, successPath: string | undefined): ParsedRow | string {
  let raw: Json;
  try {
    raw = JSON.parse(line) as Json;
  } catch {
    const offset = findJsonError(line);
    return `is not JSON at column ${offset + 1}: ${explainJsonError(line, offset, "line")}`;
  }
  const parsed = jsonlRowSchema.safeParse(raw);
  if (!parsed.success) return explainIssue(parsed.error, "row");
  const success = successPath === undefined ? successOf(parsed.data) : readSuccessAt(raw, successPath);
  if (success) return { raw, row: parsed.data, success };
  return successPath === undefined
    ? "says neither passed, success, score nor reward"
    : `has no boolean and no number at ${successPath}`;
}

function successOf(row: JsonlRow): RecordedSuccess | undefined {
  const score = readSuccess(row.score ?? row.reward ?? undefined);
  const said = readSuccess(row.passed ?? row.success ?? undefined);
  if (said) return { isPass: said.isPass, score: score?.score ?? said.score };
  return score ?? (failureOf(row) !== undefined ? { isPass: false, score: 0 } : undefined);
}

function refusal(file: string, refused: readonly RefusedRow[], goodCount: number) {
  const named = refused.slice(0, NAMED_MAX).map(({ where, why }) => `${where} ${why}`);
  const more = refused.length > NAMED_MAX ? `; and ${refused.length - NAMED_MAX} more` : "";
  return badFormat(
    file,
    `${refused.length} of ${refused.length + goodCount} lines are bad: ${named.join("; ")}${more}`,
    {
      badLines: refused.length,
      goodLines: goodCount,
    },
  );
}

/** A file that is one JSON value of another format would only give confusing complaints about its lines. */
function refuseOtherFormats(file: string, text: string): void {
  const start = text.trimStart().slice(0, 1);
  if (start !== "[" && start !== "{") return;
  const firstLine = text.slice(0, text.search(/\n|$/));
  const first = tryParse(firstLine);
  if (first !== undefined && isJsonObject(first) && (detectResultFormat(first) ?? "jsonl") === "jsonl") return;
  const whole = first ?? tryParse(text);
  if (whole === undefined) return;
  const format = detectResultFormat(whole);
  if (format === "jsonl")
    throw badFormat(file, "holds one JSON object over several lines: put each result on one line");
  throw badFormat(file, `is no file of JSON lines: ${describeContent(whole)}`);
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
