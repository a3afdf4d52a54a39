// A sender of telemetry, in a process of its own: listens at a socket and writes requests to whoever connects, each behind its
// length and the number of traces that ended with it; ends when they are written, or nobody reads any more.
// node send-requests.ts SOCKET SEED COUNT
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { encodeTraceProtobuf } from "../../src/trace/wire/index.ts";
import { RequestGenerator } from "./generate-requests.ts";

const [path, ...numbers] = process.argv.slice(2);
const [seed = 1, count = 1] = numbers.map(Number);
const generator = new RequestGenerator({ seed, nowMs: Date.now });
const server = createServer((socket) => {
  server.close();
  socket.on("error", () => process.exit(0));
  void sendAll(socket);
});
server.listen(path, () => console.log("listening"));

async function sendAll(socket: Socket): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const { parts, endedCount } = generator.next();
    const bytes = encodeTraceProtobuf(parts.flatMap((part) => part.spans));
    const head = Buffer.alloc(8);
    head.writeUInt32LE(bytes.length, 0);
    head.writeUInt32LE(endedCount, 4);
    socket.write(head);
    if (!socket.write(bytes)) await once(socket, "drain");
  }
  socket.end();
}
