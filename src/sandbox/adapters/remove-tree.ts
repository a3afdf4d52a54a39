import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";
import { AegisError } from "../../kernel/index.ts";

const run = promisify(execFile);

/**
 * Removes a folder whatever a program left in it. Folders without permissions and paths longer than the system takes
 * are beyond Node's `rm`; the system's own walks step by step and follows no links.
 *
 * @throws {AegisError} "sandbox.spawn_failed" when something stays
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    try {
      await run("chmod", ["-R", "u+rwX", "--", path]).catch(() => undefined);
      await run("rm", ["-rf", "--", path]);
    } catch (cause) {
      throw new AegisError(
        "sandbox.spawn_failed",
        `${path} cannot be removed: ${(cause as Error).message.slice(0, 300)}`,
        {
          cause,
        },
      );
    }
  }
}
