import { existsSync, globSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { AgentTarget } from "../eval/index.ts";
import type { SandboxMount } from "../sandbox/index.ts";

export interface TrialPlaces {
  /** The project's folder. */
  readonly root: string;
  readonly target: AgentTarget;
  /** Files of the project's suites: what lies beside them (cases, rubrics, fixtures) is not for the agent. */
  readonly suiteFiles: readonly string[];
  /** Files of the cases that are tried. */
  readonly caseFiles: readonly string[];
}

/**
 * What an agent's program may read in a sandbox: the project without its secrets, its history, its store and its
 * suites; the packages it imports; this installation; Node. Everything else of the machine is not there.
 */
export function trialMounts(places: TrialPlaces): SandboxMount[] {
  const root = realpathSync(places.root);
  const own = resolve(import.meta.dirname, "..");
  const packages = [...packageFolders(root), ...packageFolders(dirname(own))];
  const wanted: SandboxMount[] = [
    { path: root, hidden: hiddenPlaces({ ...places, root }) },
    { path: own },
    { path: join(dirname(own), "package.json") },
    ...packages.map((path) => ({ path })),
    ...packages.flatMap(linkedPackages).map((path) => ({ path })),
    { path: realpathSync(process.execPath) },
  ];
  const mounts: SandboxMount[] = [];
  for (const mount of wanted) if (!mounts.some((other) => covers(other, mount.path))) mounts.push(mount);
  return mounts;
}

/** Every `node_modules` that an import from this folder would look into. */
function packageFolders(folder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const packages = join(at, "node_modules");
    if (existsSync(packages)) folders.push(realpathSync(packages));
    if (at === dirname(at)) return folders;
  }
}

/** Packages that are links to elsewhere, as workspaces make them. */
function linkedPackages(packages: string): string[] {
  const names = readdirSync(packages).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(packages, name)).map((inner) => join(name, inner)) : [name],
  );
  return names
    .map((name) => join(packages, name))
    .filter((path) => lstatSync(path).isSymbolicLink() && existsSync(path))
    .map((path) => realpathSync(path))
    .filter((path) => !path.startsWith(packages + sep));
}

function hiddenPlaces({ root, target, suiteFiles, caseFiles }: TrialPlaces): string[] {
  const secrets = globSync(["**/.env", "**/.env.*"], { cwd: root, exclude: (name) => name === "node_modules" });
  const named = [".git", ".aegis", ...secrets].map((name) => join(root, name));
  // A folder that holds the agent itself cannot be hidden whole: its other files are.
  const suites = [...suiteFiles, ...caseFiles].flatMap((file) => {
    const folder = dirname(resolve(file));
    if (!isBelow(target.file, folder)) return folder === root ? [file] : [folder];
    return resolve(file) === resolve(target.file) ? [] : [file];
  });
  const places = [...new Set([...named, ...suites])].filter((path) => isBelow(path, root) && existsSync(path));
  return places.filter((path) => !places.some((other) => other !== path && isBelow(path, other)));
}

function covers({ path, hidden = [] }: SandboxMount, wanted: string): boolean {
  return isBelow(wanted, path) && !hidden.some((place) => isBelow(wanted, place));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
