import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { AegisError } from "../../src/kernel/index.ts";

const DEFAULT_FOLDER = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Where the recorded data lies: AEGIS_DATA, or `../shared/data` beside the project. */
export function dataFolderOf(environment: Readonly<Record<string, string | undefined>>): string {
  return environment["AEGIS_DATA"] || DEFAULT_FOLDER;
}

export const DATA_HINT =
  "Set AEGIS_DATA to the folder that holds tau/ and tau1/ (default: ../shared/data, beside the project). " +
  "The public original is github.com/sierra-research/tau-bench (MIT): " +
  "state in tau_bench/envs/retail/data and tau_bench/envs/airline/data, recorded runs in historical_trajectories.";

/** Result files of tau-bench in the data folder, by name; none where there is no such folder. */
export function recordingsIn(dataFolder: string): string[] {
  const folder = join(dataFolder, "tau1");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

/** @throws {AegisError} "data.missing" when the file is not there or cannot be read */
export function readDataFile(...path: readonly string[]): string {
  const file = join(...path);
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    throw new AegisError("data.missing", `Cannot read ${file} (${reason}). ${DATA_HINT}`, { cause, details: { file } });
  }
}
