import { accessSync, constants, existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { AegisError } from "../../kernel/index.ts";

/** Where systems look when nobody says where. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Runs a program that is killed when its parent ends; undefined where the system has none. */
export const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

/**
 * Checks before the start that there is a program: a launcher in between would report a missing one as the program's
 * own failure.
 *
 * @throws {AegisError} "sandbox.spawn_failed"
 */
export function assertProgram(name: string, place: { readonly path: string | undefined; readonly cwd: string }): void {
  const candidates = name.includes("/")
    ? [resolve(place.cwd, name)]
    : (place.path ?? DEFAULT_PATH).split(":").map((folder) => join(resolve(place.cwd, folder), name));
  if (name !== "" && candidates.some(isProgram)) return;
  throw new AegisError("sandbox.spawn_failed", `there is no program ${JSON.stringify(name)} to start`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
