// What `npm install aegis` puts on a disk: its size, its packages, and whether anything is built or run while installing.
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BenchOptions, runAsProgram } from "./bench.ts";
import { ROOT } from "./project-root.ts";
import { installPacked } from "./aegis-under-test.ts";
import type { Figure } from "./figure.ts";
import { promptfoo } from "./peers.ts";

const SIZE_MAX_MB = 60;

export function measureInstallSize({ hasPeers, isShort }: BenchOptions): Figure[] {
  const folders = isShort ? lockedProductionPackages() : packagesBelow(join(installPacked(), "node_modules"));
  const megabytes = folders.reduce((sum, folder) => sum + bytesOf(folder), 0) / 1e6;
  const wide = hasPeers && !isShort ? promptfoo({ mayInstall: false }) : undefined;
  const others = wide ? packagesBelow(wide.folder) : [];
  const beside = (value: number) => (wide ? { peers: [{ name: "promptfoo", value }] } : {});
  const scripts = folders.filter(runsAtInstall).length;
  return [
    {
      what: isShort ? "production dependencies" : "production install",
      value: megabytes,
      unit: "MB",
      target: SIZE_MAX_MB,
      bound: { of: "the limit", ratio: megabytes / SIZE_MAX_MB, ratioMax: 1 },
      ...beside(others.reduce((sum, folder) => sum + bytesOf(folder), 0) / 1e6),
    },
    { what: "packages in it", value: folders.length, unit: "", ...beside(others.length) },
    {
      what: "packages that build or run scripts",
      value: scripts,
      unit: "",
      target: 0,
      bound: { of: "none", ratio: scripts, ratioMax: 0 },
      ...beside(others.filter(runsAtInstall).length),
    },
  ];
}

/** Without an install: what package-lock.json says is not for development only. */
function lockedProductionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(lock.packages).flatMap(([path, { dev, optional, devOptional }]) =>
    path === "" || dev || optional || devOptional ? [] : [join(ROOT, path)],
  );
}

/** Folders of installed packages, nested ones too. */
function packagesBelow(modules: string): string[] {
  if (!existsSync(modules)) return [];
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    const path = join(modules, entry.name);
    if (!entry.isDirectory() || entry.name.startsWith(".")) return [];
    if (entry.name.startsWith("@")) return packagesBelow(path);
    return existsSync(join(path, "package.json")) ? [path, ...packagesBelow(join(path, "node_modules"))] : [];
  });
}

/** What `du` counts: whole blocks of the disk. */
const BLOCK_BYTES = 512;

/** Without the packages nested in it: those are counted on their own. */
function bytesOf(path: string): number {
  const stat = lstatSync(path);
  const own = stat.blocks * BLOCK_BYTES;
  if (!stat.isDirectory()) return own;
  return readdirSync(path)
    .filter((name) => name !== "node_modules")
    .reduce((sum, name) => sum + bytesOf(join(path, name)), own);
}

function runsAtInstall(folder: string): boolean {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    scripts?: Record<string, string>;
  };
  const isBuilt = existsSync(join(folder, "binding.gyp"));
  return isBuilt || ["preinstall", "install", "postinstall"].some((name) => name in scripts);
}

await runAsProgram(import.meta.url, measureInstallSize);
