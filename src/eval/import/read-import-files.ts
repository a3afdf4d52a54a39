import type { Json } from "../../kernel/index.ts";
import { badFormat } from "./bad-format.ts";
import { decodeText } from "./decode-text.ts";
import type { ImportRequest, ReadFile } from "./imported-results.ts";
import { parseJsonText } from "./parse-json-text.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readTau1 } from "./read-tau1.ts";
import { isTau2Outcomes, readTau2Outcomes } from "./read-tau2-outcomes.ts";
import { readTau2 } from "./read-tau2.ts";
import type { RecordedFile } from "./recorded-trial.ts";
import { sha256 } from "./sha256.ts";

/** All files in the recorded form; the first bad one throws. */
export function readImportFiles(request: ImportRequest): ReadFile[] {
  const files: ReadFile[] = [];
  for (const file of request.files) {
    const text = decodeText(file);
    const hash = sha256(text);
    const twin = files.find((other) => other.sha256 === hash);
    if (twin) throw badFormat(file.path, `holds the same bytes as ${twin.path}: name each file once`);
    files.push({ path: file.path, sha256: hash, content: readOne(file.path, text, request) });
  }
  if (files.length === 0) throw badFormat("import", "names no file");
  return files;
}

function readOne(path: string, text: string, { format, successPath, skipBad = false }: ImportRequest): RecordedFile {
  if (format === "jsonl") return readJsonl(path, text, { skipBad, successPath });
  const value: Json = parseJsonText(path, text, format);
  if (format === "tau1") return readTau1(path, value, successPath);
  return isTau2Outcomes(value) ? readTau2Outcomes(path, value, successPath) : readTau2(path, value, successPath);
}
