import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { flatHeaders, headerList, headerValues } from "../message/header-list.ts";
import type { ClientSide } from "./client-side.ts";

export function http1Client(request: IncomingMessage, response: ServerResponse, transport: Socket): ClientSide {
  const headers = headerList(request.rawHeaders);
  const method = request.method ?? "";
  let isOver = false;
  let hasWritten = false;
  // Nothing is added to what the upstream says.
  response.sendDate = false;
  return {
    method,
    target: request.url ?? "",
    hosts: headerValues(headers, "host"),
    headers,
    httpVersion: "1.1",
    body: request,
    inform(status, information) {
      if (request.httpVersionMinor === 0 || response.headersSent) return;
      const lines = information.map(([name, value]) => `${name}: ${value}`);
      response.socket?.write([`HTTP/1.1 ${status} Information`, ...lines, "", ""].join("\r\n"), "latin1");
    },
    head(status, given, hasTrailers) {
      const isBodyless = method === "HEAD" || status === 204 || status === 304 || request.httpVersionMinor === 0;
      const sent = hasTrailers && !isBodyless ? given : given.filter(([name]) => name.toLowerCase() !== "trailer");
      response.writeHead(status, flatHeaders(sent));
      // The head goes out with the first bytes of the body where they are there already, and alone where they are not.
      setImmediate(() => {
        if (!hasWritten && !isOver && !response.destroyed) response.flushHeaders();
      });
    },
    write(bytes) {
      hasWritten = true;
      if (response.write(bytes) || response.destroyed) return undefined;
      return new Promise((resolve) => {
        const go = () => {
          response.off("drain", go).off("close", go);
          resolve();
        };
        response.on("drain", go).on("close", go);
      });
    },
    end(trailers) {
      isOver = true;
      if (trailers.length > 0) response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
      response.end();
    },
    last: () => void (response.shouldKeepAlive = false),
    cut() {
      isOver = true;
      if (!response.headersSent) response.socket?.destroy();
      // Ends the bytes, not the message; what was written just now leaves the response on the next tick.
      else setImmediate(() => response.socket?.destroySoon());
    },
    reset() {
      isOver = true;
      // Behind TLS the reset is the transport's.
      transport.resetAndDestroy();
      response.socket?.destroy();
    },
    onGone(listener) {
      response.once("close", () => {
        if (!isOver) listener();
      });
    },
  };
}
