import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AegisError } from "../kernel/index.ts";

/** Writes a file that was asked for by a flag, its folders too. @throws {AegisError} "io.failed" */
export async function writeTextFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw new AegisError("io.failed", `${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
