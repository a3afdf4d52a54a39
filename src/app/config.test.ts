import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { makeProject } from "./project.test-kit.ts";

const exporting = (source: string) => ({ "aegis.config.mjs": `export default ${source};` });

test("without a config the nearest package.json is the root, and defaults hold", async () => {
  const root = makeProject();
  mkdirSync(join(root, "deep/er"), { recursive: true });
  const config = await loadConfig(join(root, "deep/er"));
  expect(config).toMatchObject({
    root,
    file: undefined,
    agents: {},
    storePath: join(root, ".aegis/store.db"),
    calibrations: join(root, "evals/calibrations"),
    prices: {},
    judge: undefined,
    concurrency: undefined,
  });
  expect(config.suites).toContain("evals/**/suite.{ts,mts,js,mjs,yaml,yml}");
});

test("a config is found from below, and everything it says holds", async () => {
  const root = makeProject({
    "packages/shop/package.json": "{}",
    ...exporting(`{
      agents: { shop: "src/shop.ts" },
      suites: "tests/*.yaml",
      store: "var/store.db",
      prices: { m: { inputMicroUsd: 1, outputMicroUsd: 2 } },
      judge: { model: { modelId: "judge" } },
      calibrations: "people",
      concurrency: 3,
      rules: { shop: { forbiddenTools: ["db.*"] } },
    }`),
  });
  expect(await loadConfig(join(root, "packages/shop"))).toEqual({
    root,
    file: join(root, "aegis.config.mjs"),
    agents: { shop: "src/shop.ts" },
    suites: ["tests/*.yaml"],
    storePath: join(root, "var/store.db"),
    serve: {},
    prices: { m: { inputMicroUsd: 1, outputMicroUsd: 2 } },
    judge: { model: { modelId: "judge" } },
    calibrations: join(root, "people"),
    concurrency: 3,
    rules: { shop: { forbiddenTools: ["db.*"] } },
  });
});

test("paths that begin at the root of the system stay there", async () => {
  const root = makeProject(exporting('{ store: "/var/lib/aegis/store.db", calibrations: "/srv/people" }'));
  expect(await loadConfig(root)).toMatchObject({ storePath: "/var/lib/aegis/store.db", calibrations: "/srv/people" });
});

test.each([
  { why: "an unknown key", source: "{ agent: {} }", says: /: there is no key "agent", did you mean "agents"\?/ },
  { why: "a wrong type", source: '{ concurrency: "4" }', says: /: concurrency: / },
  { why: "a number out of range", source: "{ concurrency: 0 }", says: /: concurrency: / },
  {
    why: "a price that is no integer",
    source: "{ prices: { m: { inputMicroUsd: 0.5, outputMicroUsd: 1 } } }",
    says: /: prices\.m\.inputMicroUsd: /,
  },
  {
    why: "a missing price",
    source: "{ prices: { m: { inputMicroUsd: 1 } } }",
    says: /: prices\.m\.outputMicroUsd is missing/,
  },
  { why: "an agent that is no path", source: "{ agents: { shop: 1 } }", says: /: agents\.shop: / },
  { why: "a judge without a model", source: "{ judge: {} }", says: /: judge\.model: / },
  { why: "no default export", source: "undefined", says: /: the default export: / },
  { why: "a list", source: "[]", says: /: the default export: / },
])("$why is named", async ({ source, says }) => {
  const root = makeProject(exporting(source));
  const failure = { code: "config.bad_file", message: expect.stringMatching(says) };
  await expect(loadConfig(root)).rejects.toMatchObject(failure);
  await expect(loadConfig(root)).rejects.toThrow(join(root, "aegis.config.mjs"));
});

test.each([
  {
    why: "throws",
    text: '\n\nthrow new Error("no key");\nexport default {};',
    says: /aegis\.config\.mjs:3 cannot be loaded: no key/,
  },
  { why: "cannot be parsed", text: "export default {", says: /aegis\.config\.mjs.* cannot be loaded: / },
  { why: "imports what is not there", text: 'import "./no-such-file.mjs";', says: /cannot be loaded: .*no-such-file/ },
])("a config that $why says where", async ({ text, says }) => {
  const loading = loadConfig(makeProject({ "aegis.config.mjs": text }));
  await expect(loading).rejects.toMatchObject({ code: "config.bad_file", message: expect.stringMatching(says) });
});
