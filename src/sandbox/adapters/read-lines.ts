import { Readable } from "node:stream";

/** Reads lines from a stream as they come; a line over the limit ends the reading. */
export function readLines(
  stream: unknown,
  options: { readonly lineBytesMax: number; readonly onLine: (line: string) => void; readonly onOverflow: () => void },
): { readonly closed: Promise<void> } {
  if (!(stream instanceof Readable)) return { closed: Promise.resolve() };
  let parts: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1 && !isOver; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      options.onLine(Buffer.concat(parts).toString("utf8"));
      parts = [];
      bytes = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    bytes += rest.length;
    if (bytes > options.lineBytesMax && !isOver) {
      isOver = true;
      parts = [];
      options.onOverflow();
    }
    if (!isOver && rest.length > 0) parts.push(rest);
  });
  stream.on("error", () => undefined);
  return { closed: new Promise((done) => void stream.once("close", () => done())) };
}
