import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { oddSeconds, processesWith, program, sh } from "../../../testing/sandbox-programs.ts";
import type { ProgramEnd, SandboxOptions } from "../../sandbox.ts";
import { namespaceSandboxProvider } from "./namespace-sandbox.ts";
import { groupHome } from "./resource-group.ts";

const provider = namespaceSandboxProvider();
const folder = mkdtempSync(join(tmpdir(), "aegis-walls-"));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await provider[Symbol.asyncDispose]();
});

async function run(options: Partial<SandboxOptions>, command: readonly string[]): Promise<ProgramEnd> {
  await using sandbox = await provider.open({ label: "walls", ...options });
  return await sandbox.run(program(command));
}

describe("mounts", () => {
  chmodSync(folder, 0o755);
  const project = join(folder, "project");
  mkdirSync(join(project, "suites", "agent"), { recursive: true });
  mkdirSync(join(project, ".git"));
  for (const name of ["agent.txt", ".env", ".git/config", "suites/cases", "suites/agent/code"]) {
    writeFileSync(join(project, name), `in ${name}`);
  }
  symlinkSync(".env", join(project, "also-env"));

  const hidden = [".env", ".git", "suites", "also-env", "not-there"].map((name) => join(project, name));
  const mounts = [{ path: project, hidden }, { path: join(project, "suites", "agent") }];

  test("what is mounted is read at its own path, hidden places are empty, a mount inside one is there", async () => {
    const { stdout } = await run(
      { mounts },
      sh(`cd ${project}; cat agent.txt .env also-env; ls -A .git suites; cat suites/agent/code`),
    );
    expect(stdout.text).toBe("in agent.txt.git:\n\nsuites:\nagent\nin suites/agent/code");
  });

  test("nothing of it can be written, hidden or not", async () => {
    const names = ["new", "agent.txt", ".env", ".git/new", "suites/new", "suites/agent/code"];
    const { stdout } = await run(
      { mounts },
      sh(`cd ${project}; for n in ${names.join(" ")}; do (echo x >$n) 2>/dev/null && echo wrote $n; done; true`),
    );
    expect(stdout.text).toBe("");
  });

  test("a mount that is not there is told", async () => {
    await expect(run({ mounts: [{ path: join(folder, "nowhere") }] }, sh("true"))).rejects.toMatchObject({
      code: "sandbox.spawn_failed",
    });
  });

  describe.skipIf(process.getuid?.() !== 0)("of root", () => {
    const home = mkdtempSync(join(homedir(), ".aegis-walls-"));
    afterAll(() => rmSync(home, { recursive: true, force: true }));
    mkdirSync(join(home, "code"));
    writeFileSync(join(home, "code", "file"), "behind root's door");
    writeFileSync(join(home, "code", "secret"), "secret", { mode: 0o600 });

    test("code behind folders that only root may enter is read, by a user who is not root", async () => {
      const { stdout } = await run(
        { mounts: [{ path: join(home, "code") }] },
        sh(`cat ${home}/code/file ${home}/code/secret; ls -A ${homedir()}`),
      );
      expect(stdout.text).toMatch(/^behind root's door\.aegis-walls-\w+\n$/);
    });

    test("a place that root alone may read is refused with what to do", async () => {
      await expect(run({ mounts: [{ path: home }] }, sh("true"))).rejects.toMatchObject({
        code: "sandbox.unavailable",
        fix: expect.stringContaining("chmod -R o+rX"),
      });
    });
  });
});

describe("doors", () => {
  test("curl and two hundred requests of one Node program go through a door", async () => {
    const server = createServer((request, response) => response.end(`you asked for ${request.url}`)).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const curl = await run({ doors: [port] }, ["curl", "-sS", `http://127.0.0.1:${port}/one`]);
      expect(curl).toMatchObject({ exitCode: 0, stdout: { text: "you asked for /one" } });
      const source = `const get = (i) => fetch("http://localhost:${port}/" + i).then((r) => r.text());
        const all = await Promise.all(Array.from({ length: 200 }, (_, i) => get(i)));
        console.log(all.filter((text, i) => text === "you asked for /" + i).length);`;
      const fetched = await run({ doors: [port] }, [process.execPath, "--input-type=module", "-e", source]);
      expect(fetched).toMatchObject({ exitCode: 0, stdout: { text: "200\n" } });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

test("closing a sandbox ends what runs in it and leaves nothing on the host", async () => {
  const seconds = oddSeconds();
  const sandbox = await provider.open({ label: "closing" });
  const started = Promise.withResolvers<string>();
  const ending = sandbox.run({
    ...program(sh(`setsid sleep ${seconds} & echo up >&3; sleep ${seconds}`)),
    onControlLine: started.resolve,
  });
  await started.promise;
  expect(processesWith(seconds).length).toBeGreaterThan(0);
  const foldersOpen = ownFolders();
  await sandbox[Symbol.asyncDispose]();
  expect(await ending).toMatchObject({ reason: "aborted" });
  expect(processesWith(seconds)).toEqual([]);
  expect(ownFolders()).toHaveLength(foldersOpen.length - 1);
  for (const home of groupHome().folders)
    expect(readdirSync(home).filter((name) => name.startsWith(`aegis-${process.pid}-`))).toEqual([]);
});

test("where the kernel gives no user namespace the level is unavailable, never a weaker one", async () => {
  const root = join(import.meta.dirname, "../../../..");
  const module = join(import.meta.dirname, "namespace-sandbox.ts");
  // Behind the wall itself there are none.
  const source = `const { namespaceSandboxProvider } = await import(${JSON.stringify(module)});
    await namespaceSandboxProvider().open({ label: "inner" }).catch((error) => console.log(error.code, "|", error.message, "|", error.fix));`;
  const command = [process.execPath, "--conditions=aegis-source", "--input-type=module", "-e", source];
  const { stdout } = await run({ mounts: [{ path: root }] }, command);
  expect(stdout.text).toMatch(/^sandbox\.unavailable \| .*user namespace.*\|/);
});

test("what held is told", async () => {
  await using sandbox = await provider.open({ label: "facts", limits: { memoryBytes: 2 ** 28, processCountMax: 9 } });
  expect(sandbox.facts).toMatchObject({ level: "namespace", limits: { memoryBytes: 2 ** 28, processCountMax: 9 } });
  expect(sandbox.facts.limitedBy).toMatch(/^(cgroup v[12]|prlimit)$/);
});

/** Of this process, in the places where sandboxes keep their folders. */
function ownFolders(): string[] {
  const places = [...new Set([tmpdir(), "/tmp"])];
  return places.flatMap((place) => readdirSync(place).filter((name) => name.startsWith(`aegis-trial-${process.pid}-`)));
}
