import { existsSync, lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { AegisError } from "../../kernel/index.ts";

const PART = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const PARTS_MAX = 8;

/**
 * The file of a cassette that a case names, inside the folder; `.jsonl` is put on where it is missing.
 * @param name parts of letters, digits, `.`, `_` and `-`, with `/` between them
 * @throws {AegisError} "network.bad_cassette" for any other, and where a link leads out of the folder
 */
export function cassettePath(folder: string, name: string): string {
  const parts = name.split("/");
  if (parts.length > PARTS_MAX || !parts.every((part) => PART.test(part))) throw refused(name);
  const path = join(folder, ...parts.slice(0, -1), (parts.at(-1) ?? "").replace(/(?:\.jsonl)?$/, ".jsonl"));
  if (leavesFolder(folder, path)) throw refused(name);
  return path;
}

function leavesFolder(folder: string, path: string): boolean {
  // What is not there has no links in it.
  if (!existsSync(folder)) return false;
  try {
    const inside = relative(realpathSync(folder), realpathSync(nearestExisting(path)));
    return inside === ".." || inside.startsWith(`..${sep}`);
  } catch {
    return true;
  }
}

/** Some of its folders may be yet to come. A link that leads nowhere counts as there. */
function nearestExisting(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false }) ? path : nearestExisting(dirname(path));
}

function refused(name: string): AegisError {
  return new AegisError("network.bad_cassette", `${JSON.stringify(name.slice(0, 120))} names no cassette`, {
    fix: 'Name it with letters, digits, ".", "_" and "-", folders parted by "/": shop/refund.',
  });
}
