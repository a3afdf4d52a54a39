import { expect, test } from "vitest";
import { LIMITS } from "../kernel/index.ts";
import type { Sandbox, SandboxOptions, SandboxProvider, WorkspaceEntry } from "../sandbox/index.ts";
import { node, program, sh } from "./sandbox-programs.ts";

const bytes = (text: string) => Buffer.from(text);

type WithSandbox = <Value>(
  options: Partial<SandboxOptions>,
  use: (sandbox: Sandbox) => Promise<Value>,
) => Promise<Value>;

/** What comes into a workspace and what is handed back of it. */
export function describeSandboxWorkspace(provider: SandboxProvider): void {
  const withSandbox: WithSandbox = async (options, use) => {
    const sandbox = await provider.open({ label: "workspace", ...options });
    try {
      return await use(sandbox);
    } finally {
      await sandbox[Symbol.asyncDispose]();
    }
  };

  describeFiles(provider, withSandbox);
  describeCollecting(withSandbox);
}

function describeFiles(provider: SandboxProvider, withSandbox: WithSandbox): void {
  const files: WorkspaceEntry[] = [
    { kind: "file", path: "a/ü/deep.txt", bytes: bytes("deep") },
    { kind: "file", path: "empty", bytes: bytes("") },
    { kind: "link", path: "link", target: "a/ü/deep.txt" },
    { kind: "folder", path: "nobody" },
    { kind: "file", path: "run.sh", bytes: bytes("#!/bin/sh\necho ran\n"), isExecutable: true },
    { kind: "file", path: `${"long".repeat(40)}/x`, bytes: bytes("long") },
  ];

  test("what a workspace begins with is there, may be changed, and is handed back sorted", async () => {
    await withSandbox({ files }, async (sandbox) => {
      const end = await sandbox.run(program(sh("cat link; ./run.sh; echo more >> empty; rm -r nobody; mkdir made")));
      expect(end).toMatchObject({ exitCode: 0, stdout: { text: "deepran\n" } });
      expect((await sandbox.collect()).map((entry) => ({ ...entry, ...shown(entry) }))).toEqual([
        { kind: "folder", path: "a" },
        { kind: "folder", path: "a/ü" },
        { kind: "file", path: "a/ü/deep.txt", bytes: "deep" },
        { kind: "file", path: "empty", bytes: "more\n" },
        { kind: "link", path: "link", target: "a/ü/deep.txt" },
        { kind: "folder", path: "long".repeat(40) },
        { kind: "file", path: `${"long".repeat(40)}/x`, bytes: "long" },
        { kind: "folder", path: "made" },
        { kind: "file", path: "run.sh", bytes: "#!/bin/sh\necho ran\n", isExecutable: true },
      ]);
    });
  });

  test("an untouched workspace is empty, also to collect", async () => {
    expect(await withSandbox({}, (sandbox) => sandbox.collect())).toEqual([]);
  });

  test.each([
    { why: "a path that climbs out", path: "../out" },
    { why: "an absolute path", path: "/etc/passwd" },
    { why: "a path through the middle", path: "a/../../out" },
    { why: "an empty path", path: "" },
  ])("$why is not written", async ({ path }) => {
    const opened = provider.open({ label: "bad", files: [{ kind: "file", path, bytes: bytes("x") }] });
    await expect(opened).rejects.toMatchObject({ code: "sandbox.bad_workspace" });
  });

  test("nothing is written through a link", async () => {
    const crossed: WorkspaceEntry[] = [
      { kind: "link", path: "out", target: "/tmp" },
      { kind: "file", path: "out/file", bytes: bytes("x") },
    ];
    const opened = provider.open({ label: "bad", files: crossed });
    await expect(opened).rejects.toMatchObject({ code: "sandbox.bad_workspace" });
  });
}

function describeCollecting(withSandbox: WithSandbox): void {
  test("a link that leads out comes back as text, whatever it leads to", async () => {
    const script = "ln -s /etc/passwd file; ln -s / folder; ln -s ../../.. up; ln -s self self";
    const entries = await withSandbox({}, async (sandbox) => {
      await sandbox.run(program(sh(script)));
      return await sandbox.collect();
    });
    expect(entries).toEqual([
      { kind: "link", path: "file", target: "/etc/passwd" },
      { kind: "link", path: "folder", target: "/" },
      { kind: "link", path: "self", target: "self" },
      { kind: "link", path: "up", target: "../../.." },
    ]);
  });

  test.each([
    { why: "a pipe", command: sh("mkfifo pipe") },
    {
      why: "too many files",
      command: node(`for (let i = 0; i <= ${LIMITS.workspaceFilesMax}; i += 1) fs.writeFileSync("f" + i, "")`),
    },
    { why: "more bytes than are handed back", command: sh(`truncate -s ${LIMITS.workspaceBytesMax + 1} sparse`) },
    {
      why: "a tree deeper than a path",
      command: node(
        'const n = "d".repeat(200); for (let i = 0; i < 50; i += 1) { fs.mkdirSync(n); process.chdir(n); }',
      ),
    },
  ])("$why: not handed back", async ({ command }) => {
    await withSandbox({}, async (sandbox) => {
      expect(await sandbox.run(program(command))).toMatchObject({ exitCode: 0 });
      await expect(sandbox.collect()).rejects.toMatchObject({ code: "sandbox.bad_workspace" });
    });
  });
}

function shown(entry: WorkspaceEntry): { bytes?: string } {
  return entry.kind === "file" ? { bytes: Buffer.from(entry.bytes).toString() } : {};
}
