import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "../src/cli/command.ts";
import { COMMANDS } from "../src/cli/commands/index.ts";
import { flagShapes } from "../src/cli/parse-flags.ts";
import { ERROR_CATALOGUE } from "../src/kernel/index.ts";
import { ROOT, runCli, testProject } from "./cli-kit.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const sources = globSync(["src/**/*.ts", "bin/*.mjs", "examples/tau/*.ts"], { cwd: ROOT })
  .filter((path) => !path.includes(".test") && !/kernel\/\w+-(errors|catalogue)\.ts$/.test(path))
  .map(read)
  .join("\n");
const loaded = await Promise.all(
  Object.entries(COMMANDS).map(async ([name, entry]) => ({
    name,
    summary: entry.summary,
    command: (await entry.load()) as Command,
  })),
);

test.each(Object.entries(ERROR_CATALOGUE))("%s is used, documented and says what to do", (code, { exit, fix }) => {
  expect(new RegExp(`["\\s]${code.replace(".", "\\.")}[":]`).test(sources), "nothing throws it").toBe(true);
  const line = read("docs/reference/errors.md")
    .split("\n")
    .find((each) => each.startsWith(`| \`${code}\` |`));
  expect(line).toContain(`| ${exit} |`);
  expect(fix).toMatch(/^[A-Z].{15,}\.$/);
  expect([1, 2, 64, 65, 66, 69, 70, 73, 74, 75, 77, 78]).toContain(exit);
});

test("a fix names only commands and flags there are", () => {
  const flags = new Set(loaded.flatMap(({ command }) => flagShapes(command.flags).map(({ flag }) => flag)));
  for (const [code, { fix }] of Object.entries(ERROR_CATALOGUE)) {
    for (const [flag] of fix.matchAll(/--[a-z][a-z-]+/g)) {
      expect(flags.has(flag) || flag === "--help" || flag === "--save-dev", `${code}: ${flag}`).toBe(true);
    }
    for (const [, words = ""] of fix.matchAll(/`aegis ([a-z]+(?:[ -][a-z]+)*)/g)) {
      const isKnown = loaded.some(({ name }) => `${words} `.startsWith(`${name} `));
      expect(isKnown, `${code}: aegis ${words}`).toBe(true);
    }
  }
});

test.each(loaded)("aegis $name explains itself", async ({ name, summary, command }) => {
  expect(command).toMatchObject({ name, summary });
  expect(command.examples.length).toBeGreaterThan(0);
  for (const { line } of command.examples) expect(line.startsWith(`aegis ${name}`)).toBe(true);
  const shapes = flagShapes(command.flags);
  expect(
    shapes.map(({ flag }) => flag),
    "a script can read it",
  ).toContain("--json");
  const help = await runCli(testProject(), [...name.split(" "), "--help"]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(help.stdout.startsWith(`aegis ${name}: ${summary}`)).toBe(true);
  for (const { flag, description } of shapes) {
    expect(help.stdout).toContain(flag);
    expect(description.length, `${flag} is described`).toBeGreaterThan(3);
  }
  for (const { name: argument } of command.arguments ?? []) expect(help.stdout).toContain(argument.toUpperCase());
  expect(read("docs/reference/cli.md")).toContain(`aegis ${name}`);
});

test("aegis --help lists every command, and the README's and each example's flags parse", async () => {
  const folder = testProject();
  const { exitCode, stdout } = await runCli(folder, ["--help"]);
  expect(exitCode).toBe(0);
  for (const { name, summary } of loaded)
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.replaceAll(/[.()]/g, ".")}$`, "m"));
  const { parseFlags } = await import("../src/cli/parse-flags.ts");
  for (const { name, command } of loaded) {
    for (const { line } of command.examples) {
      const rest = line.slice(`aegis ${name}`.length).trim().split(/\s+/).filter(Boolean);
      expect(() => parseFlags(command, rest), `aegis ${name} ${rest.join(" ")}`).not.toThrow();
    }
  }
});

test("every door of package.json leads somewhere", () => {
  const { exports, bin } = JSON.parse(read("package.json")) as {
    exports: Record<string, string | Record<string, string>>;
    bin: Record<string, string>;
  };
  const sourceOf = (target: string | Record<string, string>) =>
    typeof target === "string" ? target : (target["aegis-source"] ?? "");
  for (const path of [...Object.values(exports).map(sourceOf), ...Object.values(bin)]) {
    expect(existsSync(join(ROOT, path)), `${path} is there`).toBe(true);
  }
  for (const target of Object.values(exports)) {
    if (typeof target === "string") continue;
    // A build writes dist as src is.
    const built = sourceOf(target).replace(/^\.\/src\/(.*)\.ts$/, "./dist/$1");
    expect(target).toMatchObject({ types: `${built}.d.ts`, default: `${built}.js` });
  }
});

test.each(["aegis", "aegis/eval", "aegis/model", "aegis/store", "aegis/sandbox", "aegis/testing"])(
  "%s can be imported",
  async (door) => {
    // Some doors hold types only: that it loads is all there is to see.
    await expect(import(/* @vite-ignore */ door)).resolves.toBeTypeOf("object");
  },
);
