import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Headers } from "../exchange.ts";
import { headerList } from "../message/header-list.ts";
import type { ClientSide } from "./client-side.ts";

export function http2Client(stream: ServerHttp2Stream, rawHeaders: readonly string[]): ClientSide {
  const all = headerList(rawHeaders);
  const pseudo = (wanted: string) => all.filter(([name]) => name === wanted).map(([, value]) => value);
  const headers = all.filter(([name]) => !name.startsWith(":"));
  const method = pseudo(":method")[0] ?? "";
  const named = headers.filter(([name]) => name === "host").map(([, value]) => value);
  const authority = pseudo(":authority")[0];
  let isOver = false;
  let trailersToSend: Headers = [];
  return {
    method,
    target: pseudo(":path")[0] ?? "",
    // Both may stand there when they say the same: RFC 9113, 8.3.1.
    hosts: [...new Set(authority === undefined ? named : [authority, ...named])],
    headers: authority === undefined || named.length > 0 ? headers : [["host", authority], ...headers],
    httpVersion: "2",
    body: stream,
    inform(status, information) {
      if (!stream.headersSent && !stream.destroyed)
        stream.additionalHeaders({ ":status": status, ...grouped(information) });
    },
    head(status, given, hasTrailers) {
      if (stream.destroyed) return;
      stream.respond({ ":status": status, ...grouped(given) }, { waitForTrailers: hasTrailers });
      if (hasTrailers) stream.once("wantTrailers", () => stream.sendTrailers(grouped(trailersToSend)));
    },
    write(bytes) {
      if (stream.writableEnded || stream.destroyed || stream.write(bytes)) return undefined;
      return new Promise((resolve) => {
        const go = () => {
          stream.off("drain", go).off("close", go);
          resolve();
        };
        stream.on("drain", go).on("close", go);
      });
    },
    end(trailers) {
      isOver = true;
      trailersToSend = trailers;
      if (!stream.destroyed) stream.end();
    },
    // Frames say where a request ends.
    last() {},
    cut() {
      isOver = true;
      // `close` would end the body well first.
      const close = () => void stream.destroy(new Error("cut"));
      // A reset overtakes bytes that wait: the empty write's turn comes when they have gone.
      if (stream.headersSent && !stream.writableEnded) stream.write(new Uint8Array(), close);
      else stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    },
    reset() {
      isOver = true;
      // Of the stream: other exchanges share the connection, and the fault is not about them.
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    },
    onGone(listener) {
      stream.once("close", () => {
        if (!isOver) listener();
      });
    },
  };
}

/** Node takes names once: lower case, values of one name together. */
function grouped(headers: Headers): OutgoingHttpHeaders {
  const cookies: string[] = [];
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = values[key];
    if (key === "set-cookie") cookies.push(value);
    else values[key] = typeof before === "string" ? `${before}, ${value}` : value;
  }
  return cookies.length > 0 ? { ...values, "set-cookie": cookies } : values;
}
