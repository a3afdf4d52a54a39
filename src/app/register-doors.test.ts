import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { makeProject } from "./project.test-kit.ts";

const DOORS = new URL("./register-doors.ts", import.meta.url).href;

/** Loads a file in a process of its own, with the doors open or not. */
function load(file: string, { withDoors = true } = {}) {
  const register = withDoors
    ? `const { registerDoors } = await import(${JSON.stringify(DOORS)}); registerDoors(); registerDoors();`
    : "";
  const source = `${register} const module = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(JSON.stringify(module.default));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" });
  return { value: stdout === "" ? undefined : (JSON.parse(stdout) as unknown), stderr };
}

const AGENT = `
import { check, defineAgent, suite } from "aegis";
import { scripted } from "aegis/model";
const model = scripted({ id: "m", rules: [], fallback: { say: "hi" } });
const agent: { name: string } = defineAgent({ name: "bare", version: "1", run: () => model.modelId });
export default [agent.name, model.modelId, typeof suite, typeof check.escalates];
`;

test("a file in a folder without packages imports this very installation", () => {
  const folder = makeProject({ "agent.ts": AGENT });
  expect(load(join(folder, "agent.ts"))).toEqual({ value: ["bare", "scripted/m", "function", "function"], stderr: "" });
  expect(load(join(folder, "agent.ts"), { withDoors: false }).stderr).toContain("Cannot find package 'aegis'");
});

test("a copy in the project's own packages does not make a second one", () => {
  const folder = makeProject({
    "agent.mjs": 'import * as aegis from "aegis"; export default Object.keys(aegis).includes("defineAgent");',
    "node_modules/aegis/package.json": '{"name":"aegis","type":"module","exports":"./index.js"}',
    "node_modules/aegis/index.js": "export const other = true;",
  });
  expect(load(join(folder, "agent.mjs"))).toEqual({ value: true, stderr: "" });
});

test("what is no door is found as ever", () => {
  const folder = makeProject({
    "agent.mjs": 'import { found } from "other"; import { join } from "node:path"; export default join("a", found);',
    "node_modules/other/package.json": '{"name":"other","type":"module","exports":"./index.js"}',
    "node_modules/other/index.js": 'export const found = "here";',
    "inner.mjs": 'import "aegis/kernel";',
  });
  expect(load(join(folder, "agent.mjs"))).toEqual({ value: "a/here", stderr: "" });
  expect(load(join(folder, "inner.mjs")).stderr).toContain("Cannot find package 'aegis'");
});
