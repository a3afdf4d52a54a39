import type { Readable } from "node:stream";
import type { CapturedOutput } from "../sandbox.ts";

/** Keeps the first bytes of a stream and counts the rest, so that a program that prints gigabytes costs no memory. */
export function captureOutput(
  stream: Readable | null,
  bytesMax: number,
): { readonly closed: Promise<void>; captured(): CapturedOutput } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let kept = 0;
  stream?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (kept >= bytesMax) return;
    const part = chunk.subarray(0, bytesMax - kept);
    // A copy, so that a small piece does not hold a large pooled buffer.
    chunks.push(Buffer.from(part));
    kept += part.length;
  });
  stream?.on("error", () => undefined);
  const closed = stream ? new Promise<void>((done) => void stream.once("close", () => done())) : Promise.resolve();
  return {
    closed,
    captured: () => ({ text: Buffer.concat(chunks).toString("utf8"), bytes, isTruncated: bytes > kept }),
  };
}
