import { existsSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";
import { parseFlags } from "../parse-flags.ts";
import { ownDependency } from "../templates/own-package.ts";
import { workflow } from "../templates/workflow.ts";
import { COMMANDS, type CommandName } from "./index.ts";

/** Every file below a folder, and what it holds. */
function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith("node_modules"),
  );
  const files = names.filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

test.each([
  { project: "an empty folder", packageFile: undefined, config: "aegis.config.ts" },
  { project: "a package of modules", packageFile: '{"type":"module"}', config: "aegis.config.ts" },
  { project: "a package that names no type", packageFile: "{}", config: "aegis.config.ts" },
  { project: "a CommonJS package", packageFile: '{"type":"commonjs"}', config: "aegis.config.mts" },
])("makes a project in $project, whose suite passes at once", async ({ packageFile, config }) => {
  const folder = makeFolder(packageFile === undefined ? {} : { "package.json": packageFile });
  const made = await runCli(["init", "--json"], { cwd: folder.path });
  expect(made).toMatchObject({ exitCode: 0, stderr: "" });
  const { files, next } = JSON.parse(made.stdout) as { files: string[]; next: string[] };
  expect(files).toContain(config);
  expect(files.includes("package.json")).toBe(packageFile === undefined);
  const { "package.json": kept } = contentsOf(folder.path);
  expect(packageFile ?? kept).toBe(kept);
  expect(next.slice(-2)).toEqual(["npx aegis eval run --suite first", "npx aegis serve"]);

  const run = await runCli(["eval", "run", "--suite", "first", "--trials", "2", "--junit", "junit.xml"], {
    cwd: folder.path,
  });
  expect(run.stdout).toContain("3 of 3 cases passed");
  expect(run.exitCode).toBe(0);
});

/** This clone, as a project at `folder` names it. */
const clone = (folder: string) => relative(realpathSync(folder), resolve(import.meta.dirname, "../../.."));

test("a new project asks for the clone that made it, never for a stranger's package of that name", async () => {
  const folder = makeFolder();
  const made = await runCli(["init"], { cwd: folder.path });
  const { devDependencies } = JSON.parse(contentsOf(folder.path)["package.json"] ?? "") as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies["aegis"]).toBe(`file:${clone(folder.path)}`);
  expect(existsSync(resolve(folder.path, clone(folder.path), "bin/aegis.mjs"))).toBe(true);
  expect(made.stdout).toContain(`It asks for aegis as "file:${clone(folder.path)}": the folder this command ran from;`);
  expect(contentsOf(folder.path)[".github/workflows/aegis.yml"]).toMatch(
    /# package\.json asks for aegis as "file:.*\n.*may be another project\.\n *- run: npm install$/m,
  );
});

test("behind a link, the clone is named from where the folder really is", async () => {
  const folder = makeFolder({ "shop/keep": "", "a/keep": "" });
  symlinkSync(join(folder.path, "shop"), join(folder.path, "a/b"));
  expect(await runCli(["init", "a/b"], { cwd: folder.path })).toMatchObject({ exitCode: 0 });
  const { "shop/package.json": text = "" } = contentsOf(folder.path);
  expect(text).toContain(JSON.stringify(`file:${clone(join(folder.path, "shop"))}`));
});

test("a project that has a package.json is told to install the clone", async () => {
  const folder = makeFolder({ "package.json": "{}" });
  const made = await runCli(["init"], { cwd: folder.path });
  expect(made.stdout).toContain(`  npm install --save-dev ${clone(folder.path)} node@26\n`);
});

test.each([
  {
    root: "/home/ann/shop/node_modules/aegis",
    folder: "/home/ann/shop",
    spec: /^\^\d+\.\d+\.\d+/,
    install: /^aegis@\^/,
  },
  { root: "/home/ann/aegis", folder: "/home/ann/shop", spec: /^file:\.\.\/aegis$/, install: /^\.\.\/aegis$/ },
  { root: "/home/ann/shop/aegis", folder: "/home/ann/shop", spec: /^file:aegis$/, install: /^\.\/aegis$/ },
  { root: "/srv/aegis", folder: "/home/ann/work/shop", spec: /^file:\/srv\/aegis$/, install: /^\/srv\/aegis$/ },
  { root: "/srv/aegis", folder: "/srv/aegis", spec: /^file:\.$/, install: /^\.$/ },
])("an Aegis at $root is $spec for a project at $folder", ({ root, folder, spec, install }) => {
  expect(ownDependency(folder, root)).toMatchObject({
    spec: expect.stringMatching(spec),
    installArgument: expect.stringMatching(install),
    isLocal: spec.source.startsWith("^file"),
  });
});

test("the workflow of an installed Aegis says which one it brings", () => {
  const text = workflow(ownDependency("/home/ann/shop", "/home/ann/shop/node_modules/aegis"));
  expect(text).toMatch(/# Brings what package\.json names, aegis as "\^.*\n *- run: npm install$/m);
});

test("replaces nothing unless it is told to", async () => {
  const folder = makeFolder({ "agents/support.ts": "mine" });
  const refused = await runCli(["init"], { cwd: folder.path });
  expect(refused.exitCode).toBe(73);
  expect(refused.stderr).toContain("cli.exists: nothing was written, already there: agents/support.ts");
  expect(contentsOf(folder.path)).toEqual({ "agents/support.ts": "mine" });

  expect(await runCli(["init", "--force"], { cwd: folder.path })).toMatchObject({ exitCode: 0 });
  expect(contentsOf(folder.path)["agents/support.ts"]).toContain("defineAgent");
});

test("writes all or nothing: a file where a folder must be leaves the rest as it was", async () => {
  const folder = makeFolder({ "app/evals": "a file", "app/.gitignore": "dist" });
  const before = contentsOf(folder.path);
  const end = await runCli(["init", "app"], { cwd: folder.path });
  expect(end.exitCode).toBe(74);
  expect(contentsOf(folder.path)).toEqual(before);
  expect(readdirSync(join(folder.path, "app")).sort()).toEqual([".gitignore", "evals"]);
});

test("does not follow a link out of the folder", async () => {
  const folder = makeFolder({ "outside.ts": "not ours" });
  symlinkSync(join(folder.path, "outside.ts"), join(folder.path, "aegis.config.ts"));
  expect(await runCli(["init"], { cwd: folder.path })).toMatchObject({ exitCode: 73 });
  expect(await runCli(["init", "--force"], { cwd: folder.path })).toMatchObject({ exitCode: 0 });
  expect(contentsOf(folder.path)["outside.ts"]).toBe("not ours");
});

test.each([
  { given: undefined, expected: ".aegis/\nnode_modules/\n" },
  { given: "dist", expected: "dist\n.aegis/\n" },
  { given: "dist\n.aegis/\n", expected: "dist\n.aegis/\n" },
])("ignores the store in a .gitignore that held $given", async ({ given, expected }) => {
  const folder = makeFolder();
  if (given !== undefined) writeFileSync(join(folder.path, ".gitignore"), given);
  expect(await runCli(["init"], { cwd: folder.path })).toMatchObject({ exitCode: 0 });
  expect(contentsOf(folder.path)[".gitignore"]).toBe(expected);
});

test("the workflow is YAML, and its commands are ones this version has", async () => {
  const { jobs } = parse(workflow(ownDependency("/work/shop"))) as { jobs: { evals: { steps: { run?: string }[] } } };
  const script = jobs.evals.steps.flatMap(({ run }) => run ?? []).join("\n");
  const compare = /compare="(.*?)"/.exec(script)?.[1] ?? "";
  const lines = [...script.matchAll(/npx --no aegis (.*?)(?:;|$)/gm)].map(([, line = ""]) =>
    line.replace("$compare", compare),
  );
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    const words = line.split(" ");
    const length = [3, 2].find((count) => Object.hasOwn(COMMANDS, words.slice(0, count).join(" "))) ?? 0;
    const command = await COMMANDS[words.slice(0, length).join(" ") as CommandName].load();
    expect(() => parseFlags(command, words.slice(length))).not.toThrow();
  }
});
