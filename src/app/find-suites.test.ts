import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { findCase } from "./find-case.ts";
import { agentResolver, findSuite, findSuites } from "./find-suites.ts";
import { makeProject } from "./project.test-kit.ts";

const suite = (name: string, ids: readonly string[] = ["one"], agent = "shop") =>
  `name: ${name}\nagent: ${agent}\ncases:\n${ids.map((id) => `  - { id: ${id}, input: hi }\n`).join("")}`;
const AGENT = { "agents/shop.mjs": "export default {};" };

const project = (files: Readonly<Record<string, string>>) => makeProject({ ...AGENT, ...files });
const THREE = {
  "evals/shop/suite.yaml": suite("shop"),
  "evals/bank/suite.yml": suite("bank", ["one", "two"]),
  "evals/deep/er/night.suite.yaml": suite("night"),
};

test("all suites of the project are found, whatever is installed or built is not", async () => {
  const root = project({
    ...THREE,
    "evals/node_modules/other/suite.yaml": suite("installed"),
    "evals/shop/dist/suite.yaml": suite("built"),
    "evals/notes.yaml": "just: notes",
    "elsewhere/suite.yaml": suite("elsewhere"),
  });
  const { suites, broken } = await findSuites(await loadConfig(root));
  expect(suites.map(({ name, file }) => [name, relative(root, file)])).toEqual([
    ["bank", "evals/bank/suite.yml"],
    ["night", "evals/deep/er/night.suite.yaml"],
    ["shop", "evals/shop/suite.yaml"],
  ]);
  expect(broken).toEqual([]);
});

test("globs of the config may begin at the root of the system", async () => {
  const other = project({ "far/suite.yaml": suite("far") });
  const root = project({
    "aegis.config.mjs": `export default { suites: ["${other}/**/suite.yaml"] };`,
    "agents/shop.mjs": "",
  });
  const { suites } = await findSuites(await loadConfig(root));
  expect(suites.map(({ file }) => file)).toEqual([join(other, "far/suite.yaml")]);
});

test.each([
  { wanted: "bank", name: "bank" },
  { wanted: "evals/bank", name: "bank" },
  { wanted: "evals/bank/suite.yml", name: "bank" },
  { wanted: "./evals/deep/er/night.suite.yaml", name: "night" },
  { wanted: "night", name: "night" },
])("$wanted leads to the suite $name", async ({ wanted, name }) => {
  expect((await findSuite(await loadConfig(project(THREE)), wanted)).name).toBe(name);
});

test.each([
  {
    why: "an unknown name",
    wanted: "shopp",
    says: 'no suite is called "shopp", did you mean "shop"? There are: bank, night, shop',
  },
  {
    why: "none of several",
    wanted: undefined,
    says: "which suite? Name one with --suite; there are: bank, night, shop",
  },
])("$why: the suites there are", async ({ wanted, says }) => {
  const finding = findSuite(await loadConfig(project(THREE)), wanted);
  await expect(finding).rejects.toMatchObject({ code: "suite.not_found", message: says });
});

test("a project's only suite need not be named; a project without one says where was looked", async () => {
  expect((await findSuite(await loadConfig(project({ "evals/a/suite.yaml": suite("only") })), undefined)).name).toBe(
    "only",
  );
  const empty = project({});
  const finding = findSuite(await loadConfig(empty), "shop");
  await expect(finding).rejects.toMatchObject({ code: "suite.not_found", message: expect.stringContaining(empty) });
});

test("a broken file is told apart, and does not hide the others", async () => {
  const root = project({ ...THREE, "evals/broken/suite.yaml": "name: broken\nagent: [" });
  const config = await loadConfig(root);
  const { suites, broken } = await findSuites(config);
  expect(suites.length).toBe(3);
  expect(broken.map(({ file, error }) => [relative(root, file), error.code])).toEqual([
    ["evals/broken/suite.yaml", "suite.bad_file"],
  ]);
  expect((await findSuite(config, "shop")).name).toBe("shop");
  await expect(findSuite(config, "broken")).rejects.toMatchObject({ code: "suite.bad_file" });
});

test.each([
  { why: "by its name", agents: "{}", agent: "shop", file: "agents/shop.mjs" },
  { why: "by the config", agents: '{ shop: "src/mine.mjs" }', agent: "shop", file: "src/mine.mjs" },
  { why: "by a path from the suite", agents: "{}", agent: "../near.mjs", file: "evals/near.mjs" },
  { why: "by a path from the root", agents: "{}", agent: "src/mine.mjs", file: "src/mine.mjs" },
])("an agent is found $why", async ({ agents, agent, file }) => {
  const root = project({
    "src/mine.mjs": "",
    "evals/near.mjs": "",
    "aegis.config.mjs": `export default { agents: ${agents} };`,
  });
  const resolve = agentResolver(await loadConfig(root));
  expect(resolve(agent, join(root, "evals/a"))).toEqual({ kind: "file", file: join(root, file), name: agent });
});

test.each([
  {
    agent: "shopp",
    says: 'agent "shopp": no file at agents/shopp.ts, did you mean "shop"? There are: far, gone, near, shop',
  },
  { agent: "zzz", says: 'agent "zzz": no file at agents/zzz.ts; there are: far, gone, near, shop' },
  { agent: "gone", says: 'agent "gone": aegis.config names src/gone.mjs, and no file is there' },
])("the agent $agent, which is nowhere, says where was looked and which there are", async ({ agent, says }) => {
  const root = project({
    "agents/far.ts": "",
    "agents/far.test.ts": "",
    "agents/notes.md": "",
    "aegis.config.mjs": 'export default { agents: { near: "src/near.mjs", gone: "src/gone.mjs" } };',
  });
  const resolve = agentResolver(await loadConfig(root));
  expect(() => resolve(agent, root)).toThrow(expect.objectContaining({ code: "agent.not_found", message: says }));
});

test.each([
  { wanted: { id: "two" }, found: "bank" },
  { wanted: { id: "one", suite: "night" }, found: "night" },
])("the case $wanted is in $found", async ({ wanted, found }) => {
  const { suite: where, evalCase } = await findCase(await loadConfig(project(THREE)), wanted);
  expect([where.name, evalCase.id]).toEqual([found, wanted.id]);
});

test.each([
  { wanted: { id: "one" }, code: "cli.usage", says: "bank, night, shop" },
  { wanted: { id: "ten" }, code: "case.not_found", says: 'no case of 4 is called "ten"; there are: one, two' },
  { wanted: { id: "tow" }, code: "case.not_found", says: 'called "tow", did you mean "two"? There are: one, two' },
  { wanted: { id: "two", suite: "shop" }, code: "case.not_found", says: "no case of 1" },
])("the case $wanted: $code", async ({ wanted, code, says }) => {
  const finding = findCase(await loadConfig(project(THREE)), wanted);
  await expect(finding).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
});
