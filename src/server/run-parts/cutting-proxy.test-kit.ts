import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { seededRandom } from "../../kernel/index.ts";

/** Lies between a client and a server, and cuts connections after a random number of bytes of an answer. */
export async function openCuttingProxy(target: string, options: { readonly seed: number; readonly bytesMax: number }) {
  const random = seededRandom(options.seed);
  const { hostname: host, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCutting = true;
  let cutCount = 0;
  const server = createServer((client) => {
    const upstream = connect({ host, port: Number(port) });
    let left = isCutting ? Math.floor(random() * options.bytesMax) : Number.POSITIVE_INFINITY;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (bytes) => void upstream.write(bytes));
    upstream.on("data", (bytes: Buffer) => {
      if (bytes.length < left) {
        left -= bytes.length;
        client.write(bytes);
        return;
      }
      cutCount += 1;
      client.write(bytes.subarray(0, left), end);
      left = 0;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cutCount() {
      return cutCount;
    },
    stopCutting() {
      isCutting = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
