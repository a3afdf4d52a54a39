// Everything but the tests, one line each; the first failure's output is shown whole.
import { spawnSync } from "node:child_process";

const DEPCRUISE = [
  "--import",
  "./scripts/read-using.mjs",
  "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
];
const CHECKS = [
  ["types", "tsc", "--noEmit"],
  ["lint", "oxlint", "--type-aware", "src", "test", "examples", "bench", "scripts", "bin"],
  ["format", "oxfmt", "--check", "src", "test", "examples", "bench", "scripts", "bin", "vitest.config.ts"],
  ["walls hold", "node", "scripts/check-walls.mjs"],
  ["imports", "node", ...DEPCRUISE, "src", "--output-type", "err-long"],
  ["unused code", "knip"],
  ["fresh docs", "node", "scripts/generate-docs.ts", "--check"],
];

let failed = 0;
for (const [name, command, ...words] of CHECKS) {
  const startMs = performance.now();
  const end = spawnSync(command, words, { encoding: "utf8", maxBuffer: 1e8 });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const isGood = end.status === 0;
  console.log(`${isGood ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (isGood) continue;
  failed += 1;
  console.log(`${end.stdout ?? ""}${end.stderr ?? ""}${end.error ? String(end.error) : ""}`);
}
console.log(`${CHECKS.length - failed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
