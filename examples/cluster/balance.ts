import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a worker listens for Restate. */
export interface Backend {
  readonly host: string;
  readonly port: number;
}

export interface BalanceOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly backends: readonly Backend[];
  /** Between one health check of a backend and the next. */
  readonly checkEveryMs?: number;
  /** A worker that has not answered for so long hangs. Shorter than its slowest pause, and healthy ones lose their runs. */
  readonly hungAfterMs?: number;
}

export interface Balancer {
  readonly url: string;
  /** Workers that take something new. */
  readonly readyCount: number;
  close(): Promise<void>;
}

interface Worker extends Backend {
  /** Ready for new connections; one that drains keeps those it has. */
  isReady: boolean;
  readonly sockets: Set<Socket>;
}

/**
 * One address for many workers, as a Kubernetes service would be: each new connection goes to the ready worker that has
 * the fewest, and a worker that is dead or hangs loses all of its own, so that Restate hands its runs to another.
 */
export async function startBalancer(options: BalanceOptions): Promise<Balancer> {
  const { port, backends, checkEveryMs = 100, hungAfterMs = 1_000 } = options;
  const workers = backends.map((backend): Worker => ({ ...backend, isReady: false, sockets: new Set() }));
  const server = createServer({ noDelay: true }, (client) => {
    // Equals take turns: a run that came to a worker without its version reaches another one with its next try.
    workers.push(...workers.splice(0, 1));
    void pass(client, workers);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = new AbortController();
  const watching = workers.map((worker) => watch(worker, { checkEveryMs, hungAfterMs, signal: stop.signal }));
  const address = server.address();
  const close = async () => {
    stop.abort();
    await Promise.all(watching);
    workers.forEach(cut);
    server.close();
    await once(server, "close");
  };
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : port}`,
    get readyCount() {
      return workers.filter(({ isReady }) => isReady).length;
    },
    close,
  };
}

async function pass(client: Socket, workers: readonly Worker[]): Promise<void> {
  client.on("error", () => client.destroy());
  const ready = workers.filter(({ isReady }) => isReady);
  for (const worker of ready.toSorted((a, b) => a.sockets.size - b.sockets.size)) {
    worker.sockets.add(client);
    client.once("close", () => worker.sockets.delete(client));
    const upstream = connect({ host: worker.host, port: worker.port, noDelay: true });
    const isThere = await once(upstream, "connect").then(
      () => true,
      () => false,
    );
    if (isThere && !client.destroyed) return join(client, upstream);
    upstream.destroy();
    worker.sockets.delete(client);
  }
  // Nobody is ready: Restate tries again.
  client.destroy();
}

function join(client: Socket, upstream: Socket): void {
  upstream.on("error", () => upstream.destroy());
  upstream.once("close", () => client.destroy());
  client.once("close", () => upstream.destroy());
  client.pipe(upstream).pipe(client);
}

async function watch(
  worker: Worker,
  { checkEveryMs, hungAfterMs, signal }: { checkEveryMs: number; hungAfterMs: number; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const status = await ask(worker, hungAfterMs);
    worker.isReady = status === 200;
    if (status === undefined) cut(worker);
    await sleep(checkEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** The answer's status; undefined when the worker is not there, or does not answer in time. */
function ask({ host, port }: Backend, limitMs: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://${host}:${port}`);
    const end = (status?: number) => {
      clearTimeout(timer);
      session.destroy();
      resolve(status);
    };
    // An answer that came while this very process was held up is read before it counts as missing.
    const timer = setTimeout(() => setImmediate(end), limitMs);
    session.on("error", () => end());
    const request = session.request({ ":path": "/health" });
    request.on("error", () => end());
    request.on("response", (headers) => end(headers[":status"]));
    request.resume();
  });
}

function cut(worker: Worker): void {
  for (const socket of worker.sockets) socket.destroy();
}
