// The outside world, in a process of its own that nobody kills: it records every effect that reaches it, then answers,
// answers late, drops the answer or refuses.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Arrival, Asked, Receipt } from "./ledger.ts";

const SLOW_MS = 250;

const arrivals: Arrival[] = [];
/** What took place, by idempotency key where the caller promised one. */
const byKey = new Map<string, Receipt>();
const byMarker = new Map<string, Receipt>();

const server = createServer((request, response) => {
  void answer(request, response).catch(() => response.destroy());
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://ledger");
  if (request.method === "POST") return record(JSON.parse(await textOf(request)) as Asked, response);
  if (url.pathname === "/arrivals") return send(response, arrivals);
  return send(response, byMarker.get(url.searchParams.get("marker") ?? "") ?? null);
}

/** Everything up to the answer happens at once: what was recorded stays recorded, whoever hangs up. */
function record(asked: Asked, response: ServerResponse): void {
  const { marker, key, isOncePerKey } = asked;
  const isFirst = !arrivals.some((each) => each.marker === marker);
  const isRefused = asked.conduct === "refuse" && isFirst;
  const before = isOncePerKey ? byKey.get(key) : undefined;
  const tookPlace = !isRefused && before === undefined;
  const count = arrivals.filter((each) => each.marker === marker && each.tookPlace).length;
  const receipt = before ?? { receipt: `${marker}#${count + 1}`, arguments: asked.arguments };
  arrivals.push({ ...asked, atMs: Date.now(), tookPlace });
  if (tookPlace) {
    byKey.set(key, receipt);
    byMarker.set(marker, receipt);
  }
  if (isRefused) return send(response, { refused: marker }, 503);
  if (asked.conduct === "drop" && isFirst) return void response.destroy();
  if (asked.conduct === "slow") setTimeout(() => send(response, receipt), SLOW_MS);
  else send(response, receipt);
}

function send(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

// Goes with whoever started it.
process.once("disconnect", () => process.exit(0));
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
