import { readFileSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { AegisError, errorPlace, LIMITS } from "../../kernel/index.ts";
import { definedSuites, type SuiteDefinition } from "../define/define-suite.ts";
import type { LoadedSuite } from "../loaded-suite.ts";
import { agentSuiteSchema, taskSuiteSchema, yamlSuiteSchema } from "./case-schema.ts";
import { finishSuite, type ResolveAgent } from "./finish-suite.ts";
import { parseValue } from "./parse-value.ts";
import { verifyChecks } from "./verify-checks.ts";

/** All suites one file defines. @throws {AegisError} "suite.bad_file", "case.*" or "check.*", naming file and line */
export async function loadSuiteFile(file: string, resolveAgent: ResolveAgent): Promise<LoadedSuite[]> {
  const { size } = statSync(file);
  if (size > LIMITS.suiteFileBytesMax) {
    throw new AegisError("suite.bad_file", `${file}: ${size} bytes is more than a suite may have`, {
      details: { size },
    });
  }
  if (/\.ya?ml$/.test(file)) {
    const { parseYaml } = await import("./parse-yaml.ts");
    const text = readFileSync(file, "utf8");
    const { value, placeOf } = parseYaml({ text, file, schema: yamlSuiteSchema, code: "suite.bad_file" });
    await verifyChecks(value, placeOf);
    const { name, ...settings } = value;
    return [await finishSuite({ name, file, settings, resolveAgent })];
  }
  const definitions = await importSuites(file);
  if (definitions.length === 0)
    throw new AegisError("suite.bad_file", `${file} defines no suite: call suite(name, {...})`);
  return Promise.all(
    definitions.map(async ({ name, options }) => {
      const where = `${file}: suite ${JSON.stringify(name)}`;
      const schema = "task" in options ? taskSuiteSchema : agentSuiteSchema;
      const settings = parseValue({ value: options, where, schema, code: "suite.bad_file" });
      await verifyChecks(settings, (path) => `${where}: ${path.join(".")}`);
      return finishSuite({ name, file, settings, resolveAgent });
    }),
  );
}

async function importSuites(file: string): Promise<SuiteDefinition[]> {
  const before = definedSuites().length;
  try {
    await import(pathToFileURL(file).href);
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    throw new AegisError("suite.bad_file", `${errorPlace(cause, file)} cannot be loaded: ${(cause as Error).message}`, {
      cause,
    });
  }
  const added = definedSuites().slice(before);
  for (const definition of added) suiteFiles.set(definition, file);
  // A module is run once per process: a second look finds what the first one defined.
  return added.length > 0 ? added : definedSuites().filter((definition) => suiteFiles.get(definition) === file);
}

const suiteFiles = new WeakMap<SuiteDefinition, string>();
