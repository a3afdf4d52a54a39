import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AegisError } from "../../kernel/index.ts";
import { endToEndHeaders, headerList, headerValues } from "../message/header-list.ts";
import { authorityOf, type Target } from "../message/request-target.ts";
import { openRequest } from "../upstream/ask-upstream.ts";
import { sendAnswer, type Turn } from "./answer-client.ts";

/** A client's connection that asked to become a WebSocket. */
export interface UpgradingSocket {
  readonly socket: Duplex;
  /** Bytes that came behind the head. */
  readonly early: Buffer;
  /** Writes to the socket until it is joined. */
  readonly response: ServerResponse;
}

interface Joining {
  readonly target: Target;
  readonly mayBePrivate: boolean;
  readonly upgrading: UpgradingSocket;
}

interface Joined {
  readonly message: IncomingMessage;
  /** Absent where the upstream answered otherwise. */
  readonly upstream?: { readonly socket: Duplex; readonly early: Buffer };
}

/** Only WebSockets: anything else that is offered, such as HTTP/2 in the clear, would pass by the policy. */
export function isWebSocketUpgrade({ headers, method }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket" && method === "GET";
}

/** Joins both sides byte for byte. The exchange is over when they are, and keeps what the upstream sent. */
export async function joinWebSocket(turn: Turn, { target, mayBePrivate, upgrading }: Joining): Promise<void> {
  const { state, record, signal } = turn;
  if (state.options.source) throw new AegisError("network.replay_miss", "a WebSocket is recorded, but not replayed");
  const request = openRequest(
    { method: "GET", target, connectTimeoutMs: state.limits.connectTimeoutMs },
    upgradeHeaders(turn, target),
    state.pool.singleAgent(target.scheme, mayBePrivate),
  );
  const { message, upstream } = await new Promise<Joined>((resolve, reject) => {
    signal.addEventListener("abort", () => request.destroy(signal.reason as Error), { once: true });
    request.once("upgrade", (head, socket, early) => resolve({ message: head, upstream: { socket, early } }));
    request.once("response", (head) => resolve({ message: head }));
    request.once("error", reject);
    request.end();
  });
  const headers = headerList(message.rawHeaders);
  if (!upstream) return sendAnswer(turn, { status: message.statusCode ?? 502, headers, body: message });
  upgrading.response.detachSocket(upgrading.socket as Parameters<ServerResponse["detachSocket"]>[0]);
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  upgrading.socket.write(["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n"), "latin1");
  record.head(101, headers);
  if (await passBytes(turn, upgrading, upstream)) record.whole();
}

/** Resolves when both sides are closed; true when neither broke off. */
async function passBytes(
  { record, signal }: Turn,
  client: UpgradingSocket,
  upstream: NonNullable<Joined["upstream"]>,
): Promise<boolean> {
  let isClean = true;
  const sides = [client.socket, upstream.socket];
  const end = () => {
    for (const side of sides) side.destroy();
  };
  const closed = sides.map(
    (side) =>
      new Promise<void>((resolve) => {
        side.on("error", () => {
          isClean = false;
          end();
        });
        side.once("close", () => {
          end();
          resolve();
        });
      }),
  );
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  if (client.early.length > 0) upstream.socket.write(client.early);
  if (upstream.early.length > 0) upstream.socket.unshift(upstream.early);
  upstream.socket.on("data", (bytes: Buffer) => record.chunk(bytes));
  upstream.socket.pipe(client.socket);
  client.socket.pipe(upstream.socket);
  await Promise.all(closed);
  return isClean;
}

function upgradeHeaders({ client }: Turn, target: Target): [string, string][] {
  const [kind = "websocket"] = headerValues(client.headers, "upgrade");
  const kept = endToEndHeaders(client.headers, ["host", "content-length"]);
  return [
    ["Host", authorityOf(target)],
    ["Connection", "Upgrade"],
    ["Upgrade", kind],
    ...kept.map(([name, value]): [string, string] => [name, value]),
  ];
}
