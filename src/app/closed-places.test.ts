import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AegisError } from "../kernel/index.ts";
import type { TrialJob } from "../eval/index.ts";
import type { SandboxProvider } from "../sandbox/index.ts";
import { namespaceSandboxProvider } from "../sandbox/adapters/namespace/namespace-sandbox.ts";
import { closedPlaces } from "./closed-places.ts";
import { makeProject } from "./project.test-kit.ts";

const AGENT = `import { defineAgent } from "aegis";
export default defineAgent({ name: "a", version: "1", run: () => "hi" });`;

/** Places of one agent, and how often a sandbox was opened to compile it. */
function makePlaces(open?: (times: number) => void) {
  const root = makeProject({ "agents/a.ts": AGENT });
  chmodSync(root, 0o755);
  const real = namespaceSandboxProvider();
  let opened = 0;
  const provider: SandboxProvider = {
    level: real.level,
    abilities: real.abilities,
    open: async (options) => {
      opened += 1;
      open?.(opened);
      return await real.open(options);
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
  const folder = join(root, ".aegis", "cache", "compiled");
  const places = closedPlaces({ provider, folder, root, suiteFiles: [], caseFiles: [] });
  const job = { target: { kind: "file", file: join(root, "agents/a.ts"), name: "a" } } as TrialJob;
  const place = (signal = new AbortController().signal) =>
    places.place(job, { env: { PATH: "/usr/bin:/bin" }, signal });
  return { place, forget: places.forget, opened: () => opened };
}

test("one eval's trials share a place; once forgotten, the files are looked at anew", async () => {
  const { place, forget, opened } = makePlaces();
  const [first, second] = await Promise.all([place(), place()]);
  expect(first.compileCache).toBeDefined();
  expect(second.mounts).toBe(first.mounts);
  expect(opened()).toBe(1);
  forget();
  const later = await place();
  expect(later.mounts).not.toBe(first.mounts);
  expect(later).toEqual(first);
});

test("a place that could not be opened is tried again for the next trial", async () => {
  const { place } = makePlaces((times) => {
    if (times === 1) throw new AegisError("sandbox.unavailable", "not now");
  });
  await expect(place()).rejects.toThrow("not now");
  expect((await place()).compileCache).toBeDefined();
});

test("whoever breaks off a compilation waits for nothing, and the next trial compiles", async () => {
  const { place, opened } = makePlaces();
  const broken = new AbortController();
  broken.abort();
  expect((await place(broken.signal)).compileCache).toBeUndefined();
  expect((await place()).compileCache).toBeDefined();
  expect(opened()).toBe(2);
});
