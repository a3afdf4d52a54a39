// Clients that never pause and count every request that fails, over connections they keep and over new ones.
import { Agent, request } from "node:http";

export interface Hammer {
  readonly failures: readonly string[];
  readonly requestCount: number;
  /** Ends what is under way and resolves. */
  stop(): Promise<void>;
}

export interface HammerOptions {
  readonly url: string;
  /** Clients that keep their connection, and as many that open a new one for each request. */
  readonly clients: number;
  readonly pauseMs: number;
  /** What one client does, over and over. */
  readonly round: (ask: AskOnce) => Promise<void>;
}

/** One request, never repeated. @throws {Error} when it fails or is answered with 5xx */
export type AskOnce = (method: "GET" | "POST", path: string, body?: unknown) => Promise<unknown>;

export function startHammer({ url, clients, pauseMs, round }: HammerOptions): Hammer {
  const failures: string[] = [];
  const agents = [new Agent({ keepAlive: true, maxSockets: clients }), new Agent({ keepAlive: false })];
  let requestCount = 0;
  let isOver = false;
  const strike = async (agent: Agent) => {
    const ask: AskOnce = (method, path, body) => {
      requestCount += 1;
      return askOnce(agent, new URL(path, url), { method, body });
    };
    while (!isOver) {
      await round(ask).catch((error: unknown) => failures.push(String(error)));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const striking = agents.flatMap((agent) => Array.from({ length: clients }, () => strike(agent)));
  return {
    failures,
    get requestCount() {
      return requestCount;
    },
    async stop() {
      isOver = true;
      await Promise.all(striking);
      for (const agent of agents) agent.destroy();
    },
  };
}

function askOnce(
  agent: Agent,
  url: URL,
  { method, body }: { readonly method: string; readonly body: unknown },
): Promise<unknown> {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`${method} ${url.pathname}: ${what}`));
    const typed = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const headers = { accept: "application/json", ...(text !== "" && typed) };
    const asked = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", (error) => fail(`the answer broke off: ${error.message}`));
      response.once("end", () => {
        const answer = Buffer.concat(chunks).toString();
        if ((response.statusCode ?? 0) >= 400) fail(`${response.statusCode} ${answer.slice(0, 300)}`);
        else resolve(JSON.parse(answer));
      });
    });
    asked.once("error", (error: NodeJS.ErrnoException) => {
      fail(`${error.code ?? ""} ${error.message}${asked.reusedSocket ? " on a kept connection" : ""}`);
    });
    asked.end(text);
  });
}
