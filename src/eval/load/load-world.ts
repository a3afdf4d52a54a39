import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AegisError, errorPlace } from "../../kernel/index.ts";
import type { WorldFactory } from "../../world/index.ts";
import { builtBeside } from "./built-beside.ts";

/** A suite's world: a function as it is, or the default export of the module at a path. @throws {AegisError} "suite.bad_file" */
export async function loadWorld(world: unknown, folder: string): Promise<WorldFactory | undefined> {
  if (typeof world !== "string") return world as WorldFactory | undefined;
  const source = resolve(folder, world);
  const file = existsSync(source) ? source : builtBeside(source);
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: WorldFactory };
    if (typeof module.default === "function") return module.default;
  } catch (cause) {
    throw new AegisError(
      "suite.bad_file",
      `world ${errorPlace(cause, file)} cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
  throw new AegisError("suite.bad_file", `world ${file} must export a function as default`);
}
