import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eventually } from "../../../testing/sandbox-programs.ts";
import { LIMITS } from "../../../kernel/index.ts";
import type { SandboxOptions } from "../../sandbox.ts";
import { examineVm } from "./examine-vm.ts";
import { defaultCacheFolder, vmSandboxProvider } from "./vm-sandbox-provider.ts";

const provider = vmSandboxProvider();
const place = mkdtempSync(join(tmpdir(), "aegis-vm-test-"));
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  rmSync(place, { recursive: true, force: true });
});

/** Of Node, of the kernel, and who the machine says it is. */
const DRAW = `const c = require("crypto"), fs = require("fs"), urandom = Buffer.alloc(16);
  fs.readSync(fs.openSync("/dev/urandom"), urandom);
  const told = (name) => fs.readFileSync("/proc/sys/kernel/random/" + name, "latin1");
  console.log(JSON.stringify([c.randomBytes(16).toString("hex"), c.randomUUID(), Math.random(),
    crypto.getRandomValues(new Uint32Array(4)).join(), urandom.toString("hex"), told("uuid"), told("boot_id")]))`;
const SEEDED = 5;

async function say(command: readonly string[], options: Partial<SandboxOptions> = {}): Promise<string> {
  const sandbox = await provider.open({ label: "clone", ...options });
  try {
    const env = { PATH: process.env["PATH"] ?? "" };
    const end = await sandbox.run({
      command,
      env,
      stdin: "",
      timeoutMs: 60_000,
      outputBytesMax: LIMITS.outputBytesMax,
    });
    expect(end).toMatchObject({ exitCode: 0, stderr: { text: "" } });
    return end.stdout.text;
  } finally {
    await sandbox[Symbol.asyncDispose]();
  }
}

const draw = async (seed?: number) =>
  JSON.parse(await say([process.execPath, "-e", DRAW], seed === undefined ? {} : { seed })) as unknown[];

test("fifty clones share no randomness, of Node or of the kernel, and no identity", { timeout: 300_000 }, async () => {
  const drawn: unknown[] = [];
  for (let round = 0; round < 25; round += 1) drawn.push(...(await Promise.all([draw(), draw()])).flat());
  expect(drawn).toHaveLength(350);
  expect(new Set(drawn).size).toBe(350);
});

test("with one seed clones draw alike, with another not", async () => {
  const drawSeeded = async (seed: number) => (await draw(seed)).slice(0, SEEDED);
  const [one, same, third] = [await drawSeeded(7), await drawSeeded(7), await drawSeeded(8)];
  expect(same).toEqual(one);
  for (const [index, value] of one.entries()) expect(value).not.toBe(third[index]);
});

test("a clone's clock is the host's, though the template is old", async () => {
  const beforeMs = Date.now();
  const clockMs = Number(await say([process.execPath, "-p", "Date.now()"]));
  expect(clockMs).toBeGreaterThan(beforeMs - 1_000);
  expect(clockMs).toBeLessThan(Date.now() + 1_000);
});

test("mounts show what is not hidden, read-only, as it is now; the same list again, as it was", async () => {
  const folder = join(place, "mounted");
  mkdirSync(join(folder, "secret/inner"), { recursive: true });
  writeFileSync(join(folder, "seen"), "first");
  writeFileSync(join(folder, "secret/key"), "hush");
  writeFileSync(join(folder, "secret/inner/file"), "inner");
  writeFileSync(join(folder, "odd [name]*"), "odd");
  const mounts = [{ path: folder, hidden: [join(folder, "secret"), join(folder, "odd [name]*")] }];
  const look = [
    "/bin/sh",
    "-c",
    `cd '${folder}'; find . -type f | sort; cat seen; (echo x > seen) 2>/dev/null || echo ro`,
  ];
  expect(await say(look, { mounts })).toBe("./seen\nfirstro\n");
  writeFileSync(join(folder, "seen"), "second!");
  expect(await say(look, { mounts })).toBe("./seen\nfirstro\n");
  expect(await say(look, { mounts: [...mounts] })).toBe("./seen\nsecond!ro\n");
  const reopened = [...mounts, { path: join(folder, "secret/inner") }];
  expect(await say(look, { mounts: reopened })).toBe("./secret/inner/file\n./seen\nsecond!ro\n");
});

test("a damaged template is built anew; one that others may write is refused", { timeout: 120_000 }, async () => {
  const cacheFolder = join(place, "cache");
  for (const part of ["kernels", "images", "templates"]) {
    cpSync(join(defaultCacheFolder(), part), join(cacheFolder, part), { recursive: true, preserveTimestamps: true });
  }
  const open = async () => {
    const told: string[] = [];
    await using own = vmSandboxProvider({ cacheFolder, onProgress: (message) => told.push(message) });
    const sandbox = await own.open({ label: "damaged" });
    await sandbox[Symbol.asyncDispose]();
    return told;
  };
  const templates = () =>
    readdirSync(join(cacheFolder, "templates")).map((name) => join(cacheFolder, "templates", name));
  for (const folder of templates()) appendFileSync(join(folder, "state"), "x");
  expect(await open()).toContain("the template is damaged and is built anew");
  expect(await open()).toEqual([]);
  for (const folder of templates()) chmodSync(join(folder, "memory"), 0o666);
  await expect(open()).rejects.toMatchObject({ code: "sandbox.unavailable" });
});

test("machines die with a runner that is killed", async () => {
  const source = `const { vmSandboxProvider } = await import(${JSON.stringify(new URL("./vm-sandbox-provider.ts", import.meta.url).href)});
    const provider = vmSandboxProvider({ pool: 1 });
    await provider.open({ label: "orphan" });
    console.log("open"); setInterval(() => undefined, 1000);`;
  const runner = spawn(process.execPath, ["--conditions=aegis-source", "--input-type=module", "-e", source], {
    env: { ...process.env, TMPDIR: place },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(runner.stdout, "data");
  const machines = childrenOf(runner.pid ?? 0);
  expect(machines.length).toBeGreaterThanOrEqual(1);
  runner.kill("SIGKILL");
  await eventually(() => machines.every((pid) => !existsSync(`/proc/${pid}/exe`)), "no machine is left");
});

function childrenOf(parent: number): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const stat = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/stat`, "latin1") : "";
      return Number(stat.split(") ").at(-1)?.split(" ")[1]) === parent;
    } catch {
      return false;
    }
  });
}

test("what is missing is named with the line that brings it", async () => {
  expect(examineVm(place)).toMatchObject({
    canRun: false,
    install: "apt-get install -y qemu-system-x86 squashfs-tools busybox-static perl-base util-linux",
  });
  const path = process.env["PATH"];
  process.env["PATH"] = place;
  try {
    const fix = expect.stringContaining("apt-get install -y qemu-system-x86");
    await expect(vmSandboxProvider().open({ label: "none" })).rejects.toMatchObject({
      code: "sandbox.unavailable",
      fix,
    });
  } finally {
    process.env["PATH"] = path;
  }
});
