import type { IncomingMessage } from "node:http";
import { AegisError, type Json, LIMITS } from "../kernel/index.ts";

/** Read and thrown away before a refusal, so that the sender hears it instead of a broken pipe. */
const DISCARDED_BYTES_MAX = 64 * 1024 * 1024;

/** @throws {AegisError} "request.too_large", "request.bad_json" when it is no UTF-8 */
export async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<string> {
  const bytes = await readBytes(incoming, bytesMax);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AegisError("request.bad_json", "The body is no UTF-8", { cause });
  }
}

/** @throws {AegisError} "request.too_large" */
export async function readBytes(incoming: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
  const announced = Number(incoming.headers["content-length"] ?? 0);
  if (announced > DISCARDED_BYTES_MAX) throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > DISCARDED_BYTES_MAX) break;
  }
  if (bytes > bytesMax) throw tooLarge(bytesMax);
  return chunks[0] !== undefined && chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

/** @throws {AegisError} "request.bad_json", "request.invalid" when it is nested too deeply */
export function parseBody(text: string): Json {
  if (isDeeper(text, LIMITS.requestJsonDepthMax)) {
    const depthMax = LIMITS.requestJsonDepthMax;
    throw new AegisError("request.invalid", `The body is nested more than ${depthMax} deep`, { details: { depthMax } });
  }
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const problem = text.trim() === "" ? "The body is empty" : "The body is no JSON";
    throw new AegisError("request.bad_json", problem, { cause });
  }
}

/** @throws {AegisError} "request.bad_type" */
export function expectJson(incoming: IncomingMessage): void {
  const type = incoming.headers["content-type"] ?? "";
  if (/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type)) return;
  throw new AegisError("request.bad_type", type === "" ? "There is no Content-Type" : `${type} is not taken here`);
}

function tooLarge(bytesMax: number): AegisError {
  return new AegisError("request.too_large", `The body has more than ${bytesMax} bytes`, { details: { bytesMax } });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Looked at before parsing: whoever walks the value later may do so by calling itself. */
function isDeeper(text: string, depthMax: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isInText = false;
    } else if (code === QUOTE) isInText = true;
    // 0x5b and 0x7b open; 0x5d and 0x7d close.
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
