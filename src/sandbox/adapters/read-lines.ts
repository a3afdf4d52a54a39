import { Readable } from "node:stream";

/** Reads lines from a stream as they come; a line over the limit ends the reading. What no line break ends is no line. */
export function readLines(
  stream: unknown,
  options: { readonly lineBytesMax: number; readonly onLine: (line: string) => void; readonly onOverflow: () => void },
): { readonly closed: Promise<void> } {
  if (!(stream instanceof Readable)) return { closed: Promise.resolve() };
  let parts: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  const add = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= options.lineBytesMax) return void parts.push(part);
    isOver = true;
    parts = [];
    options.onOverflow();
  };
  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1 && !isOver; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      if (isOver) return;
      options.onLine(Buffer.concat(parts).toString("utf8"));
      parts = [];
      bytes = 0;
      start = end + 1;
    }
    if (!isOver) add(chunk.subarray(start));
  });
  stream.on("error", () => undefined);
  return { closed: new Promise((done) => void stream.once("close", () => done())) };
}
