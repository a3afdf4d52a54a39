import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { ProviderExchange } from "../src/model/wire/index.ts";

/** Passes requests on to a server, and keeps the bytes of each: what a network edge sees. */
export async function openTap(target: string) {
  const seen: ProviderExchange[] = [];
  const server = createServer((request, response) => void passOn(request, response));
  const passOn = async (request: IncomingMessage, response: ServerResponse) => {
    const requestBody = await buffer(request);
    const url = `${target}${request.url}`;
    const answer = await fetch(url, { method: "POST", body: requestBody });
    const responseBody = new Uint8Array(await answer.arrayBuffer());
    const { method = "", headers } = request;
    const requestHeaders = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    const { status, headers: responseHeaders } = answer;
    const told = { status, responseHeaders: [...responseHeaders], responseBody, durationMs: 1, isWhole: true };
    seen.push({ method, url, requestHeaders, requestBody, ...told });
    response.writeHead(status, { "content-type": responseHeaders.get("content-type") ?? "" }).end(responseBody);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
