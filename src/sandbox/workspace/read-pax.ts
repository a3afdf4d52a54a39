import { badWorkspace } from "./bad-workspace.ts";
import type { TarHeader } from "./tar-header.ts";

/** Says nothing about where or how much: times, owners, and what GNU tar notes about them. */
const HARMLESS = /^(mtime|atime|ctime|uid|gid|uname|gname|charset|hdrcharset|comment|LIBARCHIVE\..+)$/;

/**
 * The names that pax records tell. A record that gives a size, or that makes a file sparse, is how two readers of one
 * archive come to see two trees: it is refused.
 *
 * @throws {AegisError} "sandbox.bad_workspace"
 */
export function readPax(body: Buffer): Partial<Pick<TarHeader, "name" | "target">> {
  const names: { name?: string; target?: string } = {};
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(32, at);
    const digits = space === -1 ? "" : body.toString("latin1", at, space);
    const end = at + Number(digits);
    if (!/^[1-9]\d{0,6}$/.test(digits) || end > body.length || end <= space || body[end - 1] !== 10) {
      throw badWorkspace("an archive with broken records");
    }
    const record = body.toString("utf8", space + 1, end - 1);
    const equals = record.indexOf("=");
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === "path") names.name = value;
    else if (key === "linkpath") names.target = value;
    else if (equals < 1 || !HARMLESS.test(key)) {
      throw badWorkspace(`an archive with a record ${JSON.stringify(key.slice(0, 40))}`);
    }
    at = end;
  }
  return names;
}
