import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeProject } from "./project.test-kit.ts";
import { trialMounts } from "./trial-mounts.ts";

function makeWorkspace() {
  const root = makeProject({
    "agents/support.ts": "",
    ".env": "KEY=secret",
    "config/.env.production": "KEY=secret",
    ".git/config": "",
    ".aegis/store.db": "",
    "evals/a/suite.ts": "",
    "evals/a/cases/one.yaml": "",
    "evals/a/agent.ts": "",
    "evals/b/suite.ts": "",
    "node_modules/plain/index.js": "",
    "packages/own/index.js": "",
  });
  const elsewhere = makeProject({ "linked/index.js": "" });
  symlinkSync(join(elsewhere, "linked"), join(root, "node_modules", "linked"));
  mkdirSync(join(root, "node_modules", "@team"));
  symlinkSync(join(root, "packages", "own"), join(root, "node_modules", "@team", "own"));
  writeFileSync(join(root, "evals", "a", "rubric.md"), "");
  return { root, elsewhere };
}

const places = (root: string, file: string) => ({
  root,
  target: { kind: "file" as const, file: join(root, file), name: "support" },
  suiteFiles: [join(root, "evals/a/suite.ts"), join(root, "evals/b/suite.ts")],
  caseFiles: [join(root, "evals/a/cases/one.yaml")],
});

test("an agent sees the project without secrets, history, store and suites; the packages; and Node", () => {
  const { root, elsewhere } = makeWorkspace();
  const mounts = trialMounts(places(root, "agents/support.ts"));
  const [project] = mounts;
  expect(project).toEqual({
    path: root,
    hidden: [".git", ".aegis", ".env", "config/.env.production", "evals/a", "evals/b"].map((path) => join(root, path)),
  });
  const paths = mounts.map(({ path }) => path);
  expect(paths).toContain(join(elsewhere, "linked"));
  expect(paths.some((path) => realpathSync(process.execPath).startsWith(path))).toBe(true);
  // What lies in the project is mounted with it, and nothing twice.
  expect(paths.filter((path) => path.startsWith(root))).toEqual([root]);
  expect(paths).not.toContain(dirname(root));
});

test("an agent that lies beside its suite sees its own folder, and no case, suite or other folder of suites", () => {
  const { root } = makeWorkspace();
  const [project] = trialMounts(places(root, "evals/a/agent.ts"));
  const hidden = project?.hidden ?? [];
  expect(hidden).toContain(join(root, "evals/a/suite.ts"));
  expect(hidden).toContain(join(root, "evals/a/cases"));
  expect(hidden).toContain(join(root, "evals/b"));
  expect(hidden).not.toContain(join(root, "evals/a"));
});
