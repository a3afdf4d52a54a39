import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { SandboxProvider } from "../sandbox/index.ts";
import { node, program } from "./sandbox-programs.ts";

/** What programs reach of the host, and what they do not. */
export function describeSandboxDoors(provider: SandboxProvider): void {
  const talk = (port: number) =>
    node(`const socket = require("net").connect(${port}, "127.0.0.1");
      socket.on("error", (error) => { console.log(error.code); process.exit(0); });
      socket.setTimeout(5000, () => { console.log("silent"); process.exit(0); });
      socket.on("data", (chunk) => process.stdout.write(chunk));
      socket.end("x".repeat(1_000_000) + "!");`);

  const run = async (port: number, doors: readonly number[]) => {
    const sandbox = await provider.open({ label: "doors", doors });
    try {
      return await sandbox.run(program(talk(port)));
    } finally {
      await sandbox[Symbol.asyncDispose]();
    }
  };

  test("a door leads to the same port of the host, both ways, each way closed by itself", async () => {
    await using host = await countingServer();
    const end = await run(host.port, [host.port]);
    expect(end).toMatchObject({ exitCode: 0, strayProcessCount: 0, stdout: { text: "got 1000001" } });
    expect(host.connections()).toBe(1);
  });

  if (provider.abilities.network === "open") return;
  test("what is no door is closed, also beside a door", async () => {
    await using host = await countingServer();
    await using other = await countingServer();
    expect(await run(host.port, [])).toMatchObject({ exitCode: 0, stdout: { text: "ECONNREFUSED\n" } });
    expect(await run(host.port, [other.port])).toMatchObject({ exitCode: 0, stdout: { text: "ECONNREFUSED\n" } });
    expect(host.connections()).toBe(0);
  });

  test("a door that nobody stands behind is a broken connection, no failure of the sandbox", async () => {
    const host = await countingServer();
    await host[Symbol.asyncDispose]();
    const end = await run(host.port, [host.port]);
    expect(end).toMatchObject({ exitCode: 0, reason: "exited" });
    expect(end.stdout.text).not.toContain("got");
  });
}

interface CountingServer extends AsyncDisposable {
  readonly port: number;
  connections(): number;
}

/** Answers, when the other side has ended, with how many bytes it said. */
async function countingServer(): Promise<CountingServer> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    count += 1;
    sockets.add(socket);
    let length = 0;
    socket.on("data", (chunk) => void (length += chunk.length));
    socket.on("end", () => socket.end(`got ${length}`));
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
