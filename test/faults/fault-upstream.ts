import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { answerMcp } from "./mcp-upstream.ts";
import { answerModel } from "./model-upstream.ts";

export const ORDERS = {
  orders: [
    { id: "W1", status: "shipped", total: 12.5, placed_at: "2026-11-02T10:00:00Z", note: "für Zoë, leave at the door" },
    { id: "W2", status: "pending", total: 40, placed_at: "2026-11-03T10:00:00Z", note: "ring twice" },
    { id: "W3", status: "pending", total: 8, placed_at: "2026-11-04T10:00:00Z", note: "" },
    { id: "W4", status: "lost", total: 99, placed_at: "2026-11-05T10:00:00Z", note: "" },
  ],
  next_cursor: "c2",
};

export interface FaultUpstream {
  readonly origin: string;
  /** What reached it, in order: `GET /orders`, and the body where there was one. */
  readonly requests: { readonly line: string; readonly body: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export interface UpstreamAnswer {
  readonly status?: number;
  readonly type: string;
  readonly pieces: readonly string[];
}

/** The services of a trial's world, healthy. */
export async function openFaultUpstream(): Promise<FaultUpstream> {
  const requests: FaultUpstream["requests"] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { pathname } = new URL(request.url ?? "/", "http://upstream");
      requests.push({ line: `${request.method} ${pathname}`, body, authorization: request.headers.authorization });
      const { status = 200, type, pieces } = answer(pathname, body, requests.length);
      response.writeHead(status, { "content-type": type });
      for (const piece of pieces) response.write(piece);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(pathname: string, body: string, requestCount: number): UpstreamAnswer {
  if (pathname.startsWith("/v1/")) return answerModel(pathname, JSON.parse(body) as { stream?: boolean });
  if (pathname.startsWith("/mcp") && body === "") return { status: 405, type: "text/plain", pieces: [] };
  if (pathname.startsWith("/mcp"))
    return answerMcp(pathname, JSON.parse(body) as { id?: number; method: string }, requestCount);
  if (pathname === "/events") {
    const events = Array.from({ length: 10 }, (_, index) => `data: {"n":${index},"word":"Grüße"}\n\n`);
    return { type: "text/event-stream", pieces: events };
  }
  if (pathname === "/count") return json({ count: requestCount, as_of: "2026-11-02T10:00:00Z" });
  if (pathname === "/oauth/token") return json({ access_token: "fresh" });
  return json(ORDERS);
}

function json(value: unknown): UpstreamAnswer {
  return { type: "application/json", pieces: [JSON.stringify(value)] };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
