import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reachOf } from "./outer-user.ts";

const ROOT = join(import.meta.dirname, "../../../..");
/** Nobody in particular: owns no file, may write no resource group. */
const SOMEBODY = 54_321;

const isPossible = process.getuid?.() === 0 && reachOf(ROOT) === "open" && reachOf(tmpdir()) === "open";

// Root drops to another user and finds resource groups to write; an ordinary user is already there and has neither.
test.skipIf(!isPossible)("everything holds for a caller who is not root", { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "aegis-unprivileged-"));
  chmodSync(folder, 0o777);
  const tests = ["namespace-sandbox.test.ts", "namespace-walls.test.ts"].map((name) => join(import.meta.dirname, name));
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  try {
    const end = spawnSync(
      process.execPath,
      [vitest, "run", "--configLoader=runner", "--cache=false", "--root", ROOT, ...tests],
      {
        cwd: ROOT,
        uid: SOMEBODY,
        gid: SOMEBODY,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder, NO_COLOR: "1" },
      },
    );
    expect(end.status, `${end.stdout}${end.stderr}`).toBe(0);
    expect(end.stdout).toMatch(/Test Files\s+2 passed/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
