import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./project-root.ts";

/** The program of this clone: it runs its source. */
export function clonedAegis(): string {
  return join(ROOT, "bin", "aegis.mjs");
}

/** The program of a fresh production install of the packed package. */
export function packedAegis(): string {
  return join(installPacked(), "node_modules", "aegis", "bin", "aegis.mjs");
}

let installed: string | undefined;

/** Builds, packs and installs without development dependencies, once per process; removed at its end. */
export function installPacked(): string {
  if (installed !== undefined) return installed;
  const folder = mkdtempSync(join(tmpdir(), "aegis-bench-install-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const npm = (words: readonly string[], cwd: string) =>
    execFileSync("npm", [...words, "--loglevel=error"], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
  execFileSync(process.execPath, [join(ROOT, "scripts", "build.mjs")], { stdio: ["ignore", "inherit", "inherit"] });
  const [tarball = ""] = npm(["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], ROOT)
    .trim()
    .split("\n")
    .slice(-1);
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "bench", private: true, type: "module" }));
  npm(["install", "--omit=dev", "--no-audit", "--no-fund", join(folder, tarball)], project);
  return (installed = project);
}
