import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

interface PackageFile {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** How a project asks for this very Aegis. */
export interface OwnDependency {
  /** What package.json says of `aegis`. */
  readonly spec: string;
  /** What `npm install` takes. */
  readonly installArgument: string;
  readonly why: string;
  readonly isLocal: boolean;
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url)).replace(/[\\/]$/, "");

/** A new project starts on the versions this Aegis was tested with. */
export function ownPackage(): PackageFile {
  return JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as PackageFile;
}

/**
 * A copy that npm installed is asked for by its version. One that runs from anywhere else was never published from
 * there, and the registry may hold a stranger's package of the same name: only its folder is sure to be it.
 */
export function ownDependency(folder: string, root = ROOT): OwnDependency {
  const { version } = ownPackage();
  if (root.split(sep).includes("node_modules")) {
    const spec = `^${version}`;
    return { spec, installArgument: `aegis@${spec}`, why: "the version that is installed here", isLocal: false };
  }
  const near = relative(folder, root);
  // Further away, a path full of ".." says less than the whole one.
  const isNear = near.split(sep).filter((part) => part === "..").length <= 3;
  const path = (isNear ? near : root).split(sep).join("/") || ".";
  const local = isNear && !path.startsWith(".") ? `./${path}` : path;
  const why = "the folder this command ran from; what a registry has under the name aegis may be another project";
  return { spec: `file:${path}`, installArgument: local, why, isLocal: true };
}
