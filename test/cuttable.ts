import { once } from "node:events";
import { type AddressInfo, connect as connectTo, createServer, type Socket } from "node:net";

/**
 * A way to a server that can be cut: connections break, and new ones are refused while it is down.
 * @param bytesOf how much of what the server says a new connection passes on before it breaks
 */
export async function openCuttable(firstUrl: string, bytesOf: () => number = () => Number.POSITIVE_INFINITY) {
  let targetUrl = firstUrl;
  const sockets = new Set<Socket>();
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) return void client.destroy();
    const target = connectTo(Number(new URL(targetUrl).port), "127.0.0.1");
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(target);
    let budget = bytesOf();
    target.on("data", (chunk: Buffer) => {
      const isLast = chunk.length > budget;
      client.write(isLast ? chunk.subarray(0, budget) : chunk, () => isLast && client.destroy());
      budget -= chunk.length;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    down: () => {
      isDown = true;
      cut();
    },
    up: (url = targetUrl) => {
      targetUrl = url;
      isDown = false;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
