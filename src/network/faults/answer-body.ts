import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Json } from "../../kernel/index.ts";
import type { EdgeAnswer, Headers } from "../exchange.ts";

/** An answer larger than this passes as it is: a fault that needs the whole of it does not happen. */
const WHOLE_BYTES_MAX = 32 * 1024 * 1024;

/** An answer whose body has come whole, without any coding. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** The answer as it came, and, where it could be had so, whole. */
export interface TakenAnswer {
  readonly answer: EdgeAnswer;
  readonly whole: WholeAnswer | undefined;
}

export async function takeWhole(answer: EdgeAnswer): Promise<TakenAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = answer.body[Symbol.asyncIterator]();
  for (let next = await body.next(); next.done !== true; next = await body.next()) {
    chunks.push(next.value);
    size += next.value.length;
    if (size > WHOLE_BYTES_MAX) return { answer: { ...answer, body: continued(chunks, body) }, whole: undefined };
  }
  const decoded = await decode(Buffer.concat(chunks), headerOf(answer.headers, "content-encoding"));
  const { status, headers } = answer;
  return {
    answer: { ...answer, body: bodyOf(...chunks) },
    whole: decoded && { status, headers: withoutHeaders(headers, ["content-encoding"]), body: decoded },
  };
}

/** An answer with this body, and the headers that go with it. */
export function answerWith(
  { status, headers }: Pick<WholeAnswer, "status" | "headers">,
  body: Uint8Array | string,
): EdgeAnswer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const changed = setHeader(withoutHeaders(headers, ["transfer-encoding"]), "content-length", String(bytes.length));
  return { status, headers: changed, body: bodyOf(bytes) };
}

export function jsonAnswer(status: number, body: Json, headers: Headers = []): EdgeAnswer {
  return answerWith({ status, headers: [["content-type", "application/json"], ...headers] }, JSON.stringify(body));
}

/** A body without a length of its own: it ends when it ends. */
export function answerThatFlows(
  { status, headers }: EdgeAnswer | WholeAnswer,
  body: AsyncIterable<Uint8Array>,
): EdgeAnswer {
  return { status, headers: withoutHeaders(headers, ["content-length", "transfer-encoding"]), body };
}

export async function* bodyOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) if (piece.length > 0) yield piece;
}

/** What came of the body, and then a connection that breaks. */
export async function* brokenBody(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
  // A server gathers what is written in one turn: the bytes shall be on their way before the connection goes.
  await new Promise((resolve) => setImmediate(resolve));
  throw new Error("The connection broke");
}

export function headerOf(headers: Headers, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

export function setHeader(headers: Headers, name: string, value: string): Headers {
  return [...withoutHeaders(headers, [name]), [name, value]];
}

export function withoutHeaders(headers: Headers, names: readonly string[]): Headers {
  return headers.filter(([name]) => !names.includes(name.toLowerCase()));
}

async function* continued(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

const DECODERS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** undefined where the coding is not known or the bytes are broken. */
async function decode(bytes: Buffer, coding = "identity"): Promise<Buffer | undefined> {
  const name = coding.trim().toLowerCase();
  if (name === "identity" || name === "" || bytes.length === 0) return bytes;
  if (!Object.hasOwn(DECODERS, name)) return undefined;
  try {
    return await DECODERS[name as keyof typeof DECODERS](bytes, { maxOutputLength: WHOLE_BYTES_MAX });
  } catch {
    return undefined;
  }
}
