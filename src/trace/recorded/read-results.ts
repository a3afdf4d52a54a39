import type { Json } from "../../kernel/index.ts";
import { parseJsonText } from "./parse-json-text.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readTau1 } from "./read-tau1.ts";
import { isTau2Outcomes, readTau2Outcomes } from "./read-tau2-outcomes.ts";
import { readTau2 } from "./read-tau2.ts";
import type { RecordedFile } from "./recorded-trial.ts";
import type { ResultFormat } from "./result-format.ts";

export interface ResultsText {
  readonly path: string;
  readonly text: string;
  readonly format: ResultFormat;
  /** Dotted path, within a row, of a boolean or a number that says success; without it the format's own reward. */
  readonly successPath?: string | undefined;
  /** Only for jsonl: leave bad lines out and list them, instead of refusing the file. */
  readonly skipBad?: boolean;
}

/**
 * The trials of one file of results.
 * @throws {AegisError} "import.bad_format" with file and place; "import.no_success_path" for a composite reward
 */
export function readResults({ path, text, format, successPath, skipBad = false }: ResultsText): RecordedFile {
  if (format === "jsonl") return readJsonl(path, text, { skipBad, successPath });
  const value: Json = parseJsonText(path, text, format);
  if (format === "tau1") return readTau1(path, value, successPath);
  return isTau2Outcomes(value) ? readTau2Outcomes(path, value, successPath) : readTau2(path, value, successPath);
}
