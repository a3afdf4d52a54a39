// A sender of telemetry, in a process of its own: writes requests to its output, each behind its length and the number of
// traces that ended with it. node send-requests.ts SEED COUNT
import { once } from "node:events";
import { encodeTraceProtobuf } from "../../src/trace/wire/index.ts";
import { RequestGenerator } from "./generate-requests.ts";

const [seed = 1, count = 1] = process.argv.slice(2).map(Number);
const generator = new RequestGenerator({ seed, nowMs: Date.now });
for (let sent = 0; sent < count; sent += 1) {
  const { parts, endedCount } = generator.next();
  const bytes = encodeTraceProtobuf(parts.flatMap((part) => part.spans));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(bytes.length, 0);
  head.writeUInt32LE(endedCount, 4);
  process.stdout.write(head);
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}
