import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitAttributes } from "./git-attributes.ts";
import { makeProject } from "./project.test-kit.ts";

function repository(): { folder: string; git: (...words: string[]) => string } {
  const folder = makeProject({ "kept.txt": "one" });
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
  const git = (...words: string[]) =>
    execFileSync("git", [...identity, ...words], { cwd: folder, env, encoding: "utf8", stdio: "pipe" }).trim();
  git("init", "--initial-branch=main");
  return { folder, git };
}

test("commit, branch and whether tracked files changed, also from a folder inside", async () => {
  const { folder, git } = repository();
  git("add", ".");
  git("commit", "-m", "one");
  const commit = git("rev-parse", "HEAD");
  mkdirSync(join(folder, "inside"));
  expect(await gitAttributes(join(folder, "inside"))).toEqual({ commit, branch: "main", isDirty: false });
  writeFileSync(join(folder, "new.txt"), "untracked");
  expect(await gitAttributes(folder)).toMatchObject({ isDirty: false });
  writeFileSync(join(folder, "kept.txt"), "two");
  expect(await gitAttributes(folder)).toEqual({ commit, branch: "main", isDirty: true });
  git("add", "new.txt");
  git("checkout", "--detach");
  expect(await gitAttributes(folder)).toEqual({ commit, branch: "(detached)", isDirty: true });
});

test("a repository without a commit has no commit to tell", async () => {
  expect(await gitAttributes(repository().folder)).toEqual({});
});

test.each(["outside a repository", "in a folder that is gone"])("%s nothing is told", async (where) => {
  const folder = makeProject();
  expect(await gitAttributes(where === "outside a repository" ? folder : join(folder, "gone"))).toEqual({});
});
