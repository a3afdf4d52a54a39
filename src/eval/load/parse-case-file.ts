import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { EvalCase } from "../../domain/index.ts";
import { caseSchema } from "./case-schema.ts";
import { type CaseDefaults, finishCase } from "./parse-case.ts";
import { parseYaml } from "./parse-yaml.ts";

/** A case in a YAML file of its own. @throws {AegisError} "case.bad_file", naming file and line */
export function parseCaseFile(file: string, defaults: CaseDefaults): EvalCase {
  const text = readFileSync(file, "utf8");
  const input = parseYaml({ text, file, schema: caseSchema, code: "case.bad_file" });
  return finishCase({ input, file, folder: dirname(file), defaults });
}
