import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { startRestateServer } from "./restate-server.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.startsWith("Z");
}

function folderOf(pid: number): string {
  const flags = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return flags[flags.indexOf("--config-file") + 1]?.replace(/\/restate\.toml$/, "") ?? expect.fail("no folder");
}

test("it keeps its addresses and data when it is killed, and leaves nothing when it is stopped", async () => {
  const server = await startRestateServer();
  onTestFinished(() => server.stop());
  const { pid, ingressUrl } = server;
  const folder = folderOf(pid);
  await server.kill();
  expect([server.pid, isRunning(pid), existsSync(folder)]).toEqual([0, false, true]);
  await server.start();
  expect((await fetch(`${ingressUrl}/restate/health`)).status).toBe(200);
  const again = server.pid;
  expect(folderOf(again)).toBe(folder);
  await server.stop();
  expect([isRunning(again), existsSync(folder)]).toEqual([false, false]);
  await server.stop();
});

test("it goes with the process that started it, even by kill -9", async () => {
  const url = new URL("restate-server.ts", import.meta.url);
  const source = `import { startRestateServer } from ${JSON.stringify(url.href)};
    process.send((await startRestateServer()).pid);`;
  const program = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const child = fork("-", [], { execArgv: ["--import", program.href], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [pid] = (await once(child, "message")) as [number];
  const folder = folderOf(pid);
  expect(isRunning(pid)).toBe(true);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]), PATIENCE);
});
