import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { CutKind, PlannedCut } from "./cut-plan.ts";
import { CutFinder } from "./find-cut.ts";

export interface Cut {
  readonly kind: CutKind;
  readonly atMs: number;
}

export interface CuttingWayOptions {
  readonly target: string;
  /** For each new connection; undefined for one that may live. */
  readonly plan: () => PlannedCut | undefined;
}

/** A TCP way to a server whose connections break where a plan says. */
export interface CuttingWay {
  readonly url: string;
  /** Cuts behind which the client came again: one that hits a client which has all it wants is none. */
  readonly cuts: readonly Cut[];
  close(): Promise<void>;
}

export async function openCuttingWay({ target, plan }: CuttingWayOptions): Promise<CuttingWay> {
  const sockets = new Set<Socket>();
  const made: Cut[] = [];
  let counted = 0;
  const server = createServer((client) => {
    counted = made.length;
    const cut = plan();
    const onCut = (kind: CutKind) => made.push({ kind, atMs: Date.now() });
    if (cut?.kind === "before the request") {
      onCut(cut.kind);
      client.on("error", () => undefined).destroy();
      return;
    }
    const upstream = connect({ host: "127.0.0.1", port: Number(new URL(target).port) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    join({ client, upstream, cut, onCut });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return made.slice(0, counted);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

interface Joined {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly cut: PlannedCut | undefined;
  readonly onCut: (kind: CutKind) => void;
}

function join({ client, upstream, cut, onCut }: Joined): void {
  const finder = cut && new CutFinder(cut);
  let isCut = false;
  let isAnswering = false;
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  const breakNow = (kind: CutKind) => {
    isCut = true;
    onCut(kind);
    upstream.destroy();
  };
  const timer =
    cut?.kind === "at a time"
      ? setTimeout(() => {
          // A connection that waits for its next request is not missed by anybody.
          if (isAnswering) breakNow(cut.kind);
          end();
        }, cut.afterMs)
      : undefined;
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      if (!isCut) end();
    });
  }
  client.on("data", (bytes: Buffer) => {
    isAnswering = true;
    upstream.write(bytes);
  });
  upstream.on("data", (chunk: Buffer) => {
    if (isCut) return;
    const place = finder?.placeIn(chunk);
    if (place === undefined || cut === undefined) {
      isAnswering = !isWholeAnswer(chunk);
      return void client.write(chunk);
    }
    breakNow(cut.kind);
    client.write(chunk.subarray(0, place), () => client.destroy());
  });
}

/** Ends the way our server's answers do: by their last chunk, or after the length their head names. */
function isWholeAnswer(chunk: Buffer): boolean {
  if (chunk.subarray(-5).equals(LAST_CHUNK)) return true;
  if (!chunk.subarray(0, 5).equals(HTTP)) return false;
  const headEnd = chunk.indexOf("\r\n\r\n");
  const head = chunk.toString("latin1", 0, headEnd);
  const length = /^content-length: (\d+)\r?$/im.exec(head)?.[1];
  if (length !== undefined) return chunk.length >= headEnd + 4 + Number(length);
  return /^HTTP\/1\.1 (204|304)/.test(head);
}

const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const HTTP = Buffer.from("HTTP/");
