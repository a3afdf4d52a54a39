import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { LIMITS } from "../kernel/index.ts";
import type { SandboxProvider } from "../sandbox/index.ts";
import { describeSandboxDoors } from "./sandbox-doors.ts";
import { describeSandboxHarm } from "./sandbox-harm.ts";
import { node, program, type ProviderSource, type RunOnce, sh } from "./sandbox-programs.ts";
import { describeSandboxWorkspace } from "./sandbox-workspace.ts";

/** What every sandbox must do, however strong it is. */
export function describeSandboxConformance(
  name: string,
  openProvider: () => SandboxProvider,
  source: ProviderSource,
): void {
  describe(`${name} keeps the contract`, () => {
    const provider = openProvider();
    const runOnce: RunOnce = async (command, more = {}, use) => {
      const sandbox = await provider.open({ label: "conformance" });
      try {
        const lines: string[] = [];
        const timeoutMs = (more.timeoutMs ?? 30_000) * (source.slowness ?? 1);
        const onControlLine = (line: string) => lines.push(line);
        const end = await sandbox.run({ ...program(command), onControlLine, ...more, timeoutMs });
        await use?.(sandbox, end);
        return { ...end, lines };
      } finally {
        await sandbox[Symbol.asyncDispose]();
      }
    };
    describeRunning(runOnce);
    describeControl(runOnce);
    describeLimits(runOnce);
    describeEnvironment(runOnce);
    describeSandboxWorkspace(provider);
    describeSandboxDoors(provider);
    const outside = mkdtempSync(join(tmpdir(), "aegis-outside-"));
    afterAll(() => rmSync(outside, { recursive: true, force: true }));
    describeSandboxHarm({ provider, runOnce, source, outside });
  });
}

function describeRunning(runOnce: RunOnce): void {
  test.each([
    { why: "success", script: "echo out; echo err >&2", end: { exitCode: 0, reason: "exited" } },
    { why: "a failure", script: "echo out; echo err >&2; exit 7", end: { exitCode: 7, reason: "exited" } },
    {
      why: "its own death",
      script: "echo out; echo err >&2; kill -KILL $$",
      end: { exitCode: null, reason: "killed" },
    },
  ])("$why is a result, with what was printed", async ({ script, end }) => {
    const stdout = { text: "out\n", bytes: 4, isTruncated: false };
    const stderr = { text: "err\n", bytes: 4, isTruncated: false };
    const got = await runOnce(sh(script));
    expect(got).toMatchObject({ ...end, stdout, stderr, strayProcessCount: 0, lines: [] });
    expect(got.durationMs).toBeGreaterThan(0);
  });

  test("standard input is delivered whole and closed", async () => {
    const stdin = `${"ü".repeat(300_000)}\n`;
    const { stdout } = await runOnce(sh("wc -c; cat; echo done"), { stdin });
    expect(stdout.text.trim()).toBe(`${Buffer.byteLength(stdin)}\ndone`);
  });

  test("a program that does not read its input ends all the same", async () => {
    const end = await runOnce(sh("exit 3"), { stdin: "x".repeat(5_000_000) });
    expect(end).toMatchObject({ reason: "exited", exitCode: 3 });
  });

  test.each([
    { why: "unknown name", command: ["no-such-program-anywhere"] },
    { why: "missing path", command: ["/no/such/program"] },
    { why: "folder", command: ["/"] },
    { why: "empty command", command: [] },
  ])("a program that is not there ($why) is the sandbox's failure", async ({ command }) => {
    await expect(runOnce(command)).rejects.toMatchObject({ code: "sandbox.spawn_failed" });
  });

  test("one sandbox runs several programs, in the same folder", async () => {
    await runOnce(sh("echo kept > file"), {}, async (sandbox) => {
      const second = await sandbox.run(program(sh("cat file; pwd")));
      expect(second.stdout.text).toMatch(/^kept\n\//);
    });
  });
}

function describeControl(runOnce: RunOnce): void {
  const count =
    'const { writeSync } = require("fs"); for (let i = 0; i < 3000; i += 1) writeSync(3, `line ${i} ü\\n`);';
  const counted = Array.from({ length: 3000 }, (_, index) => `line ${index} ü`);
  test.each([
    { last: "process.exit(0)", reason: "exited" },
    { last: "process.exit(9)", reason: "exited" },
    { last: 'process.kill(process.pid, "SIGKILL")', reason: "killed" },
    { last: "for (;;);", reason: "timeout", timeoutMs: 700 },
  ])("control lines written right before $last arrive, in order", async ({ last, reason, timeoutMs = 30_000 }) => {
    const end = await runOnce(node(`${count} ${last}`), { timeoutMs });
    expect(end.reason).toBe(reason);
    expect(end.lines).toEqual(counted);
  });

  test("half a line is no line, and nobody has to listen", async () => {
    expect((await runOnce(sh("printf 'whole\\nhalf' >&3"))).lines).toEqual(["whole"]);
    expect(await runOnce(sh("echo whole >&3"), { onControlLine: () => undefined })).toMatchObject({ exitCode: 0 });
  });

  // Just at the limit is taken; one byte more, or a line that never ends, is the end.
  const write = (bytes: number) => `const t = Buffer.alloc(65_536, "x"); let left = ${bytes};
    while (left > 0) left -= require("fs").writeSync(3, t, 0, Math.min(left, t.length)); require("fs").writeSync(3, "\\n");`;
  test.each([
    { bytes: LIMITS.controlLineBytesMax, reason: "exited", lineBytes: [LIMITS.controlLineBytesMax] },
    { bytes: LIMITS.controlLineBytesMax + 1, reason: "control-overflow", lineBytes: [] },
    { bytes: Number.MAX_SAFE_INTEGER, reason: "control-overflow", lineBytes: [] },
  ])("a control line of $bytes bytes: $reason", async ({ bytes, reason, lineBytes }) => {
    const end = await runOnce(node(write(bytes)));
    expect(end.reason).toBe(reason);
    expect(end.lines.map((line) => line.length)).toEqual(lineBytes);
  });
}

function describeLimits(runOnce: RunOnce): void {
  test.each([
    { why: "loops", command: node("for (;;);") },
    { why: "ignores SIGTERM", command: sh("trap '' TERM INT HUP; while :; do sleep 1; done") },
    { why: "sleeps", command: sh("exec sleep 600") },
    { why: "reads for ever", command: sh("exec tail -f /dev/null") },
  ])("a program that $why is ended by its time limit", async ({ command }) => {
    const end = await runOnce(command, { timeoutMs: 300 });
    expect(end).toMatchObject({ reason: "timeout", exitCode: null });
    expect(end.durationMs).toBeGreaterThanOrEqual(290);
    expect(end.durationMs).toBeLessThan(5_000);
  });

  test("the caller's signal ends it, also one that was given before", async () => {
    const controller = new AbortController();
    const onControlLine = () => controller.abort();
    const end = await runOnce(sh("echo ready >&3; exec sleep 600"), { onControlLine, signal: controller.signal });
    expect(end).toMatchObject({ reason: "aborted", exitCode: null });
    const late = await runOnce(sh("exec sleep 600"), { signal: AbortSignal.abort() });
    expect(late).toMatchObject({ reason: "aborted", exitCode: null });
  });

  test.each([
    { printed: 99, isTruncated: false },
    { printed: 100, isTruncated: false },
    { printed: 101, isTruncated: true },
    { printed: 500_000, isTruncated: true },
  ])("$printed bytes on each stream with a limit of 100", async ({ printed, isTruncated }) => {
    const print = `head -c ${printed} /dev/zero | tr '\\0' x`;
    const { stdout, stderr } = await runOnce(sh(`${print}; ${print} >&2`), { outputBytesMax: 100 });
    for (const output of [stdout, stderr]) {
      expect(output).toEqual({ text: "x".repeat(Math.min(printed, 100)), bytes: printed, isTruncated });
    }
  });
}

function describeEnvironment(runOnce: RunOnce): void {
  test("the environment is what was given, plus what the level needs to start a program", async () => {
    const given = { GIVEN: "one two", EMPTY: "", HOME: "/given", PATH: process.env["PATH"] ?? "" };
    process.env["AEGIS_PLANTED_KEY"] = "planted-secret";
    try {
      const { stdout } = await runOnce(node("process.stdout.write(JSON.stringify(process.env))"), { env: given });
      expect(stdout.text).not.toContain("planted-secret");
      const seen = JSON.parse(stdout.text) as Record<string, string>;
      expect(seen).toMatchObject(given);
      const added = Object.keys(seen).filter((key) => !(key in given));
      expect(added.filter((key) => !/^(TMPDIR|LANG|TZ|PWD|AEGIS_SANDBOX)$/.test(key))).toEqual([]);
    } finally {
      delete process.env["AEGIS_PLANTED_KEY"];
    }
  });

  test("no open file of this process is handed on", async () => {
    const { stdout } = await runOnce(
      sh('for f in 4 5 6 7 8 9; do eval "true <&$f" 2>/dev/null && echo $f; done; true'),
    );
    expect(stdout.text).toBe("");
  });
}
