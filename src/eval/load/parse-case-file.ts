import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { EvalCase } from "../../domain/index.ts";
import { caseSchema } from "./case-schema.ts";
import { type CaseDefaults, finishCase } from "./parse-case.ts";
import { parseYaml } from "./parse-yaml.ts";
import { verifyChecks } from "./verify-checks.ts";

/** A case in a YAML file of its own. @throws {AegisError} "case.bad_file" or "check.*", naming file and line */
export async function parseCaseFile(file: string, defaults: CaseDefaults): Promise<EvalCase> {
  const text = readFileSync(file, "utf8");
  const { value: input, placeOf } = parseYaml({ text, file, schema: caseSchema, code: "case.bad_file" });
  await verifyChecks(input, placeOf);
  return finishCase({ input, file, folder: dirname(file), defaults });
}
