// Builds what is published into dist/: the source as JavaScript with declarations, and the demo's example project,
// whose TypeScript becomes JavaScript too, because Node strips no types below node_modules.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const EXAMPLE = join("examples", "support");

rmSync(join(root, "dist"), { recursive: true, force: true });
compile("tsconfig.build.json");
// After the source: the example imports `aegis`, whose declarations are what was just built.
compile(join("scripts", "tsconfig.examples.json"));
cpSync(join(root, EXAMPLE), join(root, "dist", EXAMPLE), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts") && !path.includes(".aegis"),
});

/** @param {string} project */
function compile(project) {
  try {
    execFileSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "--project", project], {
      cwd: root,
      stdio: "inherit",
    });
  } catch (error) {
    // The compiler has said what is wrong.
    process.exit(error.status ?? 1);
  }
}
