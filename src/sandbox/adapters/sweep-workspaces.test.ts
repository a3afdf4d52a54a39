import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sweepWorkspaces } from "./sweep-workspaces.ts";

test("workspaces of dead runners go, those of live ones and other folders stay", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aegis-sweep-"));
  try {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    for (const name of [`aegis-trial-${dead}-a`, `aegis-trial-${process.pid}-b`, "aegis-trial-notes", "other"]) {
      mkdirSync(join(folder, name, "work"), { recursive: true });
      writeFileSync(join(folder, name, "work", "file"), "x", { mode: 0o400 });
    }
    expect(await sweepWorkspaces(folder)).toBe(1);
    expect(readdirSync(folder).toSorted()).toEqual(
      [`aegis-trial-${process.pid}-b`, "aegis-trial-notes", "other"].toSorted(),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
