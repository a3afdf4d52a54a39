import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { findPostgresPrograms } from "./postgres-programs.ts";
import { startPostgresServer } from "./postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-postgres-test-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answers = async (port: number) => {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

test("data outlives a restart and a crash on the same port, and is gone after the stop", async () => {
  const server = await startPostgresServer();
  await server.createDatabase("some-place");
  await server.run("CREATE TABLE kept (value INT); INSERT INTO kept VALUES (42)", "some-place");
  await server.restart();
  expect(await server.run("SELECT value FROM kept", "some-place")).toEqual([{ value: 42 }]);
  await server.run("INSERT INTO kept VALUES (43)", "some-place");
  await server.restart("immediate");
  expect(await server.run("SELECT value FROM kept ORDER BY 1", "some-place")).toEqual([{ value: 42 }, { value: 43 }]);
  expect(await server.run("SHOW fsync")).toEqual([{ fsync: "on" }]);
  const [row] = await server.run("SHOW data_directory");
  const place = dirname(String(row?.["data_directory"]));
  await server.halt();
  expect(await answers(server.port)).toBe(false);
  expect(existsSync(place)).toBe(true);
  await server.stop();
  await server.stop();
  expect(existsSync(place)).toBe(false);
});

test("a killed process leaves no server and no folder behind", async () => {
  const code = `import { startPostgresServer } from ${JSON.stringify(new URL("./postgres-server.ts", import.meta.url))};
    const server = await startPostgresServer();
    const [row] = await server.run("SHOW data_directory");
    console.log(JSON.stringify({ port: server.port, data: row.data_directory }));
    await new Promise(() => setInterval(() => {}, 1_000));`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { port, data } = JSON.parse(line.toString()) as { port: number; data: string };
  expect(await answers(port)).toBe(true);
  child.kill("SIGKILL");
  await exited;
  while (existsSync(dirname(data)) || (await answers(port))) await sleep(20);
});

test("an installation that made no links, in a folder closed to others, is put right", () => {
  const found = findPostgresPrograms(mkdtempSync(join(folder, "own-")));
  const installed = mkdtempSync(join(folder, "installed-"));
  const source = dirname(dirname(dirname(found.postgres)));
  const filter = (path: string) => !lstatSync(path).isSymbolicLink();
  cpSync(join(source, "native"), join(installed, "native"), { recursive: true, filter });
  chmodSync(installed, 0o700);
  const programs = findPostgresPrograms(mkdtempSync(join(folder, "own-")), installed);
  const said = spawnSync(programs.initdb, ["--version"], { cwd: "/", ...programs.user });
  expect(said.stdout.toString()).toContain("PostgreSQL");
});
