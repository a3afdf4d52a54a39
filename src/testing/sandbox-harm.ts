import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { SandboxProvider } from "../sandbox/index.ts";
import {
  eventually,
  node,
  oddSeconds,
  processesWith,
  program,
  type ProviderSource,
  type RunOnce,
  sh,
} from "./sandbox-programs.ts";

interface Harmed {
  readonly provider: SandboxProvider;
  readonly runOnce: RunOnce;
  readonly source: ProviderSource;
  /** A folder no sandbox owns. */
  readonly outside: string;
}

/** What a program leaves behind, and what it must not be able to leave. */
export function describeSandboxHarm(harmed: Harmed): void {
  describeWorkspaces(harmed);
  if (harmed.provider.abilities.killsWholeTree) describeStrays(harmed);
  describeOwnProcess(harmed);
}

function describeWorkspaces({ provider, runOnce, outside }: Harmed): void {
  test("a workspace is empty, private and gone after", async () => {
    const contents = ["first", "second", "third"];
    const sandboxes = await Promise.all(contents.map((label) => provider.open({ label })));
    const ends = await Promise.all(
      sandboxes.map(async (sandbox, index) => {
        const end = await sandbox.run(program(sh(`ls -A; echo ${contents[index]} > mine; ls -A; cat mine`)));
        await sandbox[Symbol.asyncDispose]();
        return { text: end.stdout.text, workspace: sandbox.workspace };
      }),
    );
    expect(ends.map((end) => end.text)).toEqual(contents.map((content) => `mine\n${content}\n`));
    for (const { workspace } of ends) expect(existsSync(workspace)).toBe(false);
  });

  test.each([
    { why: "read-only files", script: "mkdir -p a/b; echo x > a/b/c; chmod 400 a/b/c; chmod 555 a/b a; chmod 555 ." },
    { why: "folders without any permission", script: "mkdir -p a/b; echo x > a/b/c; chmod 000 a/b a" },
    {
      why: "a socket, a pipe and odd names",
      script: "mkfifo pipe; touch -- -rf '*' \"$(printf 'new\\nline')\" .hidden",
    },
    { why: "a thousand files", script: "seq 1000 | xargs touch" },
  ])("$why are removed with the sandbox", async ({ script }) => {
    const left: string[] = [];
    const end = await runOnce(sh(script), {}, async (sandbox) => void left.push(sandbox.workspace));
    expect(end).toMatchObject({ exitCode: 0 });
    expect(left.map((path) => existsSync(path))).toEqual([false]);
  });

  test("a tree deeper than any path can say is removed with the sandbox", async () => {
    const dig = 'const n = "d".repeat(200); for (let i = 0; i < 50; i += 1) { fs.mkdirSync(n); process.chdir(n); }';
    const left: string[] = [];
    const end = await runOnce(node(dig), {}, async (sandbox) => void left.push(sandbox.workspace));
    expect(end).toMatchObject({ exitCode: 0 });
    expect(left.map((path) => existsSync(path))).toEqual([false]);
  });

  test("links out of it are removed, what they lead to is not", async () => {
    const kept = join(outside, "kept");
    mkdirSync(kept);
    writeFileSync(join(kept, "file"), "kept");
    const dig = 'const n = "d".repeat(200); for (let i = 0; i < 50; i += 1) { fs.mkdirSync(n); process.chdir(n); }';
    // Beside plain links one at the end of a deep tree, and one in a folder that must be opened first.
    const link = `fs.symlinkSync(${JSON.stringify(kept)}, "link");`;
    const locked = `fs.mkdirSync("locked"); process.chdir("locked"); ${link} process.chdir(".."); fs.chmodSync("locked", 0);`;
    for (const source of [link, `${dig} ${link}`, locked]) {
      expect(await runOnce(node(source))).toMatchObject({ exitCode: 0, stderr: { text: "" } });
    }
    expect(readFileSync(join(kept, "file"), "utf8")).toBe("kept");
  });
}

function describeStrays({ runOnce }: Harmed): void {
  const ways = [
    { way: "a child", start: (seconds: string) => `sleep ${seconds} &` },
    { way: "a grandchild", start: (seconds: string) => `sh -c 'sleep ${seconds} & sleep ${seconds}' &` },
    { way: "a session of its own", start: (seconds: string) => `setsid sleep ${seconds} &` },
    { way: "a double fork", start: (seconds: string) => `(setsid sh -c 'setsid sleep ${seconds} &' &)` },
    { way: "nohup", start: (seconds: string) => `nohup sleep ${seconds} > /dev/null 2>&1 &` },
    { way: "closed files", start: (seconds: string) => `setsid sleep ${seconds} < /dev/null > /dev/null 2>&1 3>&- &` },
  ];

  test.each(ways)("$way does not outlive the program, and is counted", async ({ start }) => {
    const seconds = oddSeconds();
    const end = await runOnce(sh(`${start(seconds)}\necho bye; exit 4`));
    expect(processesWith(seconds)).toEqual([]);
    expect(end).toMatchObject({ reason: "exited", exitCode: 4, stdout: { text: "bye\n" } });
    expect(end.strayProcessCount).toBeGreaterThanOrEqual(1);
    expect(end.durationMs).toBeLessThan(1_900);
  });

  test.each(ways)("$way does not outlive the time limit", async ({ start }) => {
    const seconds = oddSeconds();
    const end = await runOnce(sh(`${start(seconds)}\nexec sleep ${seconds}`), { timeoutMs: 150 });
    expect(processesWith(seconds)).toEqual([]);
    expect(end.reason).toBe("timeout");
    expect(end.strayProcessCount).toBeGreaterThanOrEqual(1);
  });

  test("a program that forks while it is ended leaves nobody", async () => {
    const seconds = oddSeconds();
    const end = await runOnce(sh(`while :; do setsid sleep ${seconds} & sleep 0.005; done`), { timeoutMs: 300 });
    expect(processesWith(seconds)).toEqual([]);
    expect(end.reason).toBe("timeout");
  });

  test("another sandbox's processes are left alone", async () => {
    const seconds = oddSeconds();
    const controller = new AbortController();
    const { promise: isStarted, resolve: onControlLine } = Promise.withResolvers<string>();
    const command = sh(`echo ready >&3; exec sleep ${seconds}`);
    const other = runOnce(command, { onControlLine, signal: controller.signal });
    await isStarted;
    await runOnce(sh("sleep 600 &"));
    const running = new Promise((done) => setTimeout(done, 20, "running"));
    expect(await Promise.race([other, running])).toBe("running");
    controller.abort();
    expect(await other).toMatchObject({ reason: "aborted", strayProcessCount: 0 });
  });
}

/** Runs in a process of its own, which can be measured and killed; its command line does not show the program's. */
function runner({ source: { module, factory }, outside }: Harmed, command: readonly string[]): ChildProcess {
  const source = `
    const { ${factory}: openProvider } = await import(${JSON.stringify(module)});
    const sandbox = await openProvider().open({ label: "runner" });
    const { stdout } = await sandbox.run(JSON.parse(process.env.PROGRAM));
    await sandbox[Symbol.asyncDispose]();
    console.log(JSON.stringify({ bytes: stdout.bytes, kept: stdout.text.length, peakBytes: process.resourceUsage().maxRSS * 1024 }));`;
  const words = ["--conditions=aegis-source", "--input-type=module", "-e", source];
  // What a killed one leaves behind goes with the folder.
  const env = {
    ...process.env,
    TMPDIR: outside,
    PROGRAM: JSON.stringify({ ...program(command), outputBytesMax: 1000 }),
  };
  return spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "inherit"] });
}

function describeOwnProcess(harmed: Harmed): void {
  test("hundreds of megabytes of output cost the runner no memory", async () => {
    const printed = Math.round(300_000_000 / (harmed.source.slowness ?? 1));
    const child = runner(harmed, sh(`head -c ${printed} /dev/zero`));
    const told = JSON.parse(await text(child.stdout!)) as { bytes: number; kept: number; peakBytes: number };
    expect(told).toMatchObject({ bytes: printed, kept: 1000 });
    expect(told.peakBytes).toBeLessThan(250e6);
  });

  if (!harmed.provider.abilities.diesWithParent || harmed.source.showsProcesses === false) return;
  test("the program dies with a runner that is killed", async () => {
    const seconds = oddSeconds();
    const child = runner(harmed, sh(`exec sleep ${seconds}`));
    const isSleeping = () => processesWith(seconds).length > 0;
    try {
      await eventually(isSleeping, "the program runs");
    } finally {
      child.kill("SIGKILL");
    }
    await eventually(() => processesWith(seconds).length === 0, "the program is gone");
    expect(child.killed).toBe(true);
  });
}
