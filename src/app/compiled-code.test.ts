import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SandboxProvider } from "../sandbox/index.ts";
import { namespaceSandboxProvider } from "../sandbox/adapters/namespace/namespace-sandbox.ts";
import { compiledCode } from "./compiled-code.ts";
import { makeProject } from "./project.test-kit.ts";
import { nodeCommand } from "./trial-command.ts";
import { trialMounts } from "./trial-mounts.ts";

const AGENT = `import { defineAgent } from "aegis";
import { answer } from "./answer.ts";
export default defineAgent({ name: "a", version: "1", run: () => answer() });`;
const ANSWER = `export const answer = (): string => "hi";`;

/** An agent's project, and how often a sandbox was opened for it. */
function makePlace(files: Readonly<Record<string, string>> = {}) {
  const root = makeProject({ "agents/a.ts": AGENT, "agents/answer.ts": ANSWER, ...files });
  chmodSync(root, 0o755);
  const file = join(root, "agents/a.ts");
  const real = namespaceSandboxProvider();
  let opened = 0;
  const provider: SandboxProvider = {
    level: real.level,
    abilities: real.abilities,
    open: (options) => ((opened += 1), real.open(options)),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
  const mounts = trialMounts({ root, target: { kind: "file", file, name: "a" }, suiteFiles: [], caseFiles: [] });
  const folder = join(root, ".aegis", "cache", "compiled");
  const env = { PATH: "/usr/bin:/bin" };
  const make = () => compiledCode({ provider, mounts, file, folder, env });
  const run = async (compileCache: string, source: string, more: Readonly<Record<string, string>> = {}) => {
    await using sandbox = await real.open({ label: "reader", mounts: [...mounts, { path: compileCache }] });
    const command = nodeCommand(sandbox.facts, ["--input-type=module", "--eval", source]);
    const variables = { ...env, NODE_COMPILE_CACHE: compileCache, ...more };
    return await sandbox.run({ command, env: variables, stdin: "", timeoutMs: 20_000, outputBytesMax: 1_000_000 });
  };
  return { root, file, make, run, opened: () => opened };
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

test("a program of a trial finds compiled what it loads, made once and until a file changes", async () => {
  const { root, file, make, run, opened } = makePlace();
  const cache = (await make()) ?? expect.fail("nothing was compiled");
  expect(await make()).toBe(cache);
  expect(opened()).toBe(1);
  const { stderr, exitCode } = await run(cache, `await import(${JSON.stringify(join(root, "agents/answer.ts"))})`, {
    NODE_DEBUG_NATIVE: "COMPILE_CACHE",
  });
  expect(exitCode).toBe(0);
  expect(stderr.text).toMatch(/code cache for \S+ file:\/\/\S+agents\/answer\.ts was accepted/);
  utimesSync(join(root, "agents/answer.ts"), 1, 1);
  expect(await make()).toBe(cache);
  expect(opened()).toBe(2);
  expect(existsSync(file)).toBe(true);
});

test.each(["", "{", '{"node":5}', "null"])("a list of sources that says %j is made anew", async (text) => {
  const { make, opened } = makePlace();
  const cache = (await make()) ?? expect.fail("nothing was compiled");
  writeFileSync(join(cache, "..", "sources.json"), text);
  expect(await make()).toBe(cache);
  expect(opened()).toBe(2);
});

test("where nothing can be kept, trials go without", async () => {
  const { root, make } = makePlace({ ".aegis/cache": "a file, not a folder" });
  expect(await make()).toBeUndefined();
  expect(readFileSync(join(root, ".aegis/cache"), "utf8")).toBe("a file, not a folder");
});

test("a trial's program cannot change what others will find", async () => {
  const { make, run } = makePlace();
  const cache = (await make()) ?? expect.fail("nothing was compiled");
  const before = namesIn(cache);
  const { stdout } = await run(
    cache,
    `import { readdirSync, writeFileSync } from "node:fs";
    const [folder] = readdirSync(process.env.NODE_COMPILE_CACHE);
    for (const name of ["made", ...readdirSync(process.env.NODE_COMPILE_CACHE + "/" + folder).slice(0, 3)]) {
      try { writeFileSync(process.env.NODE_COMPILE_CACHE + "/" + folder + "/" + name, "x"); console.log("written"); }
      catch (error) { console.log(error.code); }
    }`,
  );
  expect(stdout.text.trim().split("\n")).toEqual(["EROFS", "EROFS", "EROFS", "EROFS"]);
  expect(namesIn(cache)).toEqual(before);
});

test("what an agent's file says and writes while it is loaded is not believed", async () => {
  const { make, root } = makePlace({
    "agents/answer.ts": `import { mkdirSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
      writeSync(3, JSON.stringify({ loaded: "/etc/passwd" }) + "\\nno json\\n" + JSON.stringify({ loaded: 5 }) + "\\n");
      mkdirSync("compiled/v26-other", { recursive: true });
      writeFileSync("compiled/v26-other/..", "x", { flag: "a" });`,
  });
  expect(await make()).toBeUndefined();
  writeFileSync(
    join(root, "agents/answer.ts"),
    `import { mkdirSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
      writeSync(3, JSON.stringify({ loaded: "/etc/passwd" }) + "\\nno json\\n" + JSON.stringify({ loaded: 5 }) + "\\n");
      mkdirSync("compiled/evil", { recursive: true });
      writeFileSync("compiled/evil/x", "x");
      writeFileSync("stray", "x");
      symlinkSync("/etc", "compiled/link");
      export const answer = () => "hi";`,
  );
  const cache = (await make()) ?? expect.fail("nothing was compiled");
  expect(readdirSync(cache)).toEqual([expect.stringMatching(/^v26/)]);
  const { stamps } = JSON.parse(readFileSync(join(cache, "..", "sources.json"), "utf8")) as { stamps: object };
  expect(Object.keys(stamps)).toContain(join(root, "agents/answer.ts"));
  expect(Object.keys(stamps)).not.toContain("/etc/passwd");
});

test("an agent that cannot be loaded is left to its trials", async () => {
  const { make } = makePlace({ "agents/answer.ts": "throw new Error('not here')" });
  expect(await make()).toBeUndefined();
});
