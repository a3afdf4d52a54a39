import { readFile, stat } from "node:fs/promises";
import { AegisError, LIMITS } from "../kernel/index.ts";

/** A text file the user named. @throws {AegisError} "io.failed", also for a file that is too large */
export async function readTextFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LIMITS.suiteFileBytesMax) throw new Error(`${size} bytes are more than ${LIMITS.suiteFileBytesMax}`);
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new AegisError("io.failed", `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      details: { path },
    });
  }
}
