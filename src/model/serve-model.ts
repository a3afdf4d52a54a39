import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { AegisError } from "../kernel/index.ts";
import { type ChatHandlerOptions, createChatHandler } from "./chat-handler.ts";

export interface ModelServer {
  /** Base URL for clients, ending in `/v1`; clients of Anthropic take it without that end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A server of one or several models, for agents in any language: its clients may speak OpenAI chat completions, OpenAI
 * Responses or Anthropic messages.
 * @throws {AegisError} "model.unsafe_bind" for a host others could reach: nobody is asked for a password
 */
export async function serveModel(
  options: ChatHandlerOptions & { readonly host?: string; readonly port?: number },
): Promise<ModelServer> {
  const { host = "127.0.0.1", port = 0, ...handlerOptions } = options;
  if (!isLoopback(host)) {
    throw new AegisError("model.unsafe_bind", `${host} can be reached from other machines`, { details: { host } });
  }
  const handle = createChatHandler(handlerOptions);
  // Read when it is needed: most who import this room serve nothing, and trials of agents are among them.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    if (isFromHere(request)) void handle(request, response);
    else response.writeHead(403).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new AegisError("io.failed", `Cannot listen on ${host}:${port}`, { cause, details: { host, port } }));
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: boundPort } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${boundPort}/v1`;
  return { url, close };
}

/** A web page could make a browser on this machine call us, by name tricks or across origins; programs do neither. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const origins = [`http://${headers.host ?? "localhost"}`, ...(headers.origin === undefined ? [] : [headers.origin])];
  return origins.every((origin) => URL.canParse(origin) && isLoopback(new URL(origin).hostname));
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}
