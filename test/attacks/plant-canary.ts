import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox, SandboxProvider } from "../../src/sandbox/index.ts";

/** What lies on the host for attacks to take, change or reach; it tells what happened to it. */
export interface Canary extends AsyncDisposable {
  /** Known to the host only: wherever it shows up, it was taken. */
  readonly secret: string;
  /** A folder that every user of the host may read and write. */
  readonly folder: string;
  /** In `/tmp` and `/dev/shm`. */
  readonly sharedFiles: readonly string[];
  /** A process of the host, with the secret in its environment. */
  readonly victim: ChildProcess;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly unixPath: string;
  readonly abstractName: string;
  /** Connections and datagrams that came to any of the host's sockets. */
  contacts(): number;
  /** Another trial, with the secret in its workspace, a door to the TCP port, and a program that serves the secret. */
  readonly other: Sandbox;
  readonly otherPort: number;
}

export async function plantCanary(provider: SandboxProvider): Promise<Canary> {
  const secret = `canary-${randomBytes(12).toString("hex")}`;
  const folder = mkdtempSync(join(tmpdir(), "aegis-canary-"));
  chmodSync(folder, 0o777);
  plantFiles(folder, secret);
  const sharedFiles = ["/tmp", "/dev/shm"].map((place) => join(place, secret.slice(0, 14)));
  for (const file of sharedFiles) writeFileSync(file, secret);
  const victim = spawn("sleep", ["600"], { env: { CANARY: secret }, stdio: "ignore" });
  let contactCount = 0;
  const sockets = new Set<Socket>();
  const servers = [0, join(folder, "socket"), `\0${secret.slice(0, 20)}`].map((address) => {
    const server = createServer((socket) => {
      contactCount += 1;
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.end(secret);
    });
    if (typeof address === "number") server.listen(address, "127.0.0.1");
    else server.listen(address);
    return server;
  });
  await Promise.all(servers.map((server) => once(server, "listening")));
  chmodSync(join(folder, "socket"), 0o777);
  const udp = createSocket("udp4", () => void (contactCount += 1)).bind(0, "127.0.0.1");
  await once(udp, "listening");
  const tcpPort = (servers[0]!.address() as AddressInfo).port;
  const other = await provider.open({
    label: "other",
    files: [{ kind: "file", path: "secret", bytes: Buffer.from(secret) }],
    doors: [tcpPort],
  });
  const ending = new AbortController();
  const port = Promise.withResolvers<number>();
  const serving = other.run({
    command: [process.execPath, "-e", SERVE, secret],
    env: { CANARY: secret },
    stdin: "",
    timeoutMs: 600_000,
    outputBytesMax: 1_000,
    signal: ending.signal,
    onControlLine: (line) => port.resolve(Number(line)),
  });
  serving.catch(port.reject);
  return {
    secret,
    folder,
    sharedFiles,
    victim,
    tcpPort,
    udpPort: udp.address().port,
    other,
    unixPath: join(folder, "socket"),
    abstractName: secret.slice(0, 20),
    otherPort: await port.promise,
    contacts: () => contactCount,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await serving;
      await other[Symbol.asyncDispose]();
      victim.kill("SIGKILL");
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
      udp.close();
      for (const file of [...sharedFiles, folder]) rmSync(file, { recursive: true, force: true });
    },
  };
}

function plantFiles(folder: string, secret: string): void {
  writeFileSync(join(folder, "secret"), secret);
  mkdirSync(join(folder, "project", "suites"), { recursive: true });
  writeFileSync(join(folder, "project", "agent.txt"), "the agent's own");
  writeFileSync(join(folder, "project", "suites", "expected.txt"), secret);
  writeFileSync(join(folder, "project", ".env"), secret);
}

const SERVE = `const server = require("net").createServer((socket) => socket.end(process.argv[1]));
  server.listen(0, "127.0.0.1", () => require("fs").writeSync(3, server.address().port + "\\n"));`;
