import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { type PublicRunEvent, publicEvent } from "../api/index.ts";
import type { NewEvent } from "../domain/index.ts";

/** How the server treats one request. */
export type Treatment =
  | { readonly kind: "serve" }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  /** No answer at all. */
  | { readonly kind: "refuse" }
  /** After these bytes the connection breaks, ends as if all were well, or falls silent. */
  | { readonly kind: "break" | "end" | "stall"; readonly afterBytes: number }
  /** Signs of life, then a break. */
  | { readonly kind: "beat"; readonly count: number }
  /** Everything from the beginning, whatever was asked for. */
  | { readonly kind: "repeat" };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface StreamForm {
  readonly newline: string;
  readonly chunkBytes: number;
  /** Sent with every stream. */
  readonly retryMs?: number;
}

/** A server that streams one log, and treats the requests in turn as told; when told no more, it serves. */
export async function serveByHand(options: {
  readonly log?: readonly PublicRunEvent[];
  readonly treatments?: readonly Treatment[];
  readonly form?: Partial<StreamForm>;
  readonly answer?: (request: SeenRequest) => unknown;
}) {
  const seen: SeenRequest[] = [];
  const open = new Set<ServerResponse>();
  const form = { newline: "\n", chunkBytes: 1_000, ...options.form };
  const server = createServer((request, response) => {
    open.add(response);
    response.on("close", () => open.delete(response));
    void respond(request, response).catch(() => response.destroy());
  });

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const treatment = options.treatments?.[seen.length] ?? { kind: "serve" };
    const { method = "", url = "", headers } = request;
    const entry = { method, url, headers, body: "" };
    seen.push(entry);
    for await (const chunk of request) entry.body += String(chunk);
    if (treatment.kind === "refuse") return void response.destroy();
    if (treatment.kind === "status") {
      response.writeHead(treatment.status, treatment.headers);
      return void response.end(treatment.body === undefined ? "" : JSON.stringify(treatment.body));
    }
    if (headers.accept !== "text/event-stream") {
      return void response.end(JSON.stringify(options.answer?.(entry) ?? { ok: true }));
    }
    await stream(response, { treatment, lastSeq: Number(headers["last-event-id"] ?? "-1") });
  };

  const stream = async (
    response: ServerResponse,
    { treatment, lastSeq }: { readonly treatment: Treatment; readonly lastSeq: number },
  ) => {
    const rest = (options.log ?? []).filter(({ seq }) => treatment.kind === "repeat" || seq > lastSeq);
    if (rest.length === 0) return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.flushHeaders();
    const beats = treatment.kind === "beat" ? ": still here\n\n".repeat(treatment.count) : undefined;
    const whole = beats === undefined ? sseBytes(rest, form) : Buffer.from(beats);
    const bytes = "afterBytes" in treatment ? whole.subarray(0, treatment.afterBytes) : whole;
    for (let start = 0; start < bytes.length; start += form.chunkBytes) {
      response.write(bytes.subarray(start, start + form.chunkBytes));
      await setImmediate();
    }
    if (treatment.kind === "stall") return;
    if (treatment.kind === "break" || treatment.kind === "beat") response.destroy();
    else response.end();
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    openCount: () => open.size,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function sseBytes(events: readonly PublicRunEvent[], { newline, retryMs }: Partial<StreamForm> = {}): Buffer {
  const end = newline ?? "\n";
  const head = retryMs === undefined ? "" : `retry: ${retryMs}${end}${end}`;
  const messages = events.map(
    (event) => `: still here${end}${end}id: ${event.seq}${end}data: ${JSON.stringify(event)}${end}${end}`,
  );
  return Buffer.from(head + messages.join(""));
}

const common = { atMs: 1_800_000_000_000, witness: "runtime" } as const;

/** Events as the log numbers them. */
export function numbered(events: readonly NewEvent[], { step = 1 } = {}): PublicRunEvent[] {
  return events.flatMap((event, index) => {
    const shown = publicEvent({ ...common, ...event, seq: index * step });
    return shown === undefined ? [] : [shown];
  });
}

/** A run that streams these texts, and ends. */
export function logOf(texts: readonly string[], options: { readonly step?: number } = {}): PublicRunEvent[] {
  const agent = { name: "helper", version: "1" };
  const events: NewEvent[] = [
    { ...common, type: "run.started", schemaVersion: 1, agent, origin: "live" },
    ...texts.map((text) => ({ ...common, type: "model.streamed", effect: 0, attempt: 1, text }) as const),
    { ...common, type: "message.sent", content: texts.join("") },
    { ...common, type: "run.ended", outcome: "answered", durationMs: 5 },
  ];
  return numbered(events, options);
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const seen: Item[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}
