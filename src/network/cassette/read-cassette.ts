import { readFile, stat } from "node:fs/promises";
import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import { AegisError, explainIssues, LIMITS } from "../../kernel/index.ts";
import {
  type Cassette,
  CASSETTE_VERSION,
  type CassetteEntry,
  type CassetteHeader,
  cassetteHeaderSchema,
  cassetteLineSchema,
} from "./cassette.ts";
import { fromCassetteLine } from "./cassette-line.ts";
import { requestKey } from "./request-key.ts";

/**
 * @throws {AegisError} "io.not_found", or "network.bad_cassette" with the line: another version, a file that was cut,
 * a line that is none
 */
export async function readCassette(path: string): Promise<Cassette> {
  const bytes = await readWhole(path);
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start);
    if (newline === -1) throw bad(path, lines.length + 1, "the file ends in the middle of a line");
    lines.push(bytes.subarray(start, newline));
    start = newline + 1;
  }
  const [first, ...rest] = lines;
  if (!first) throw bad(path, 1, "the file is empty");
  const header = readHeader(path, first);
  const entries = rest.map((line, index): CassetteEntry => {
    const parsed = parseLine(path, index + 2, line, cassetteLineSchema);
    const exchange = fromCassetteLine(parsed);
    return { line: index + 2, key: requestKey(exchange.request), occurrence: 0, exchange, redacted: parsed.redacted };
  });
  return { header, entries: inOrder(entries) };
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > LIMITS.importFileBytesMax)
      throw bad(path, 1, `the file is larger than ${LIMITS.importFileBytesMax} bytes`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof AegisError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new AegisError(isMissing ? "io.not_found" : "io.failed", `cannot read the cassette ${path}`, {
      cause: error,
    });
  }
}

function readHeader(path: string, line: Buffer): CassetteHeader {
  const { aegis, version } = (parseJson(path, 1, line) ?? {}) as { aegis?: unknown; version?: unknown };
  if (aegis !== "cassette") throw bad(path, 1, 'a cassette begins with {"aegis":"cassette"}');
  if (version !== CASSETTE_VERSION) {
    const isNewer = typeof version === "number" && version > CASSETTE_VERSION;
    const message = `the cassette is of version ${JSON.stringify(version) ?? "none"}, this Aegis reads ${CASSETTE_VERSION}`;
    throw bad(path, 1, message, isNewer ? "Install the newer Aegis that wrote it, or record it again." : undefined);
  }
  return parseLine(path, 1, line, cassetteHeaderSchema);
}

function parseLine<Schema extends z.ZodType>(
  path: string,
  number: number,
  line: Buffer,
  schema: Schema,
): z.infer<Schema> {
  const value = parseJson(path, number, line);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw bad(path, number, explainIssues({ schema, value, issues: parsed.error.issues }).text);
}

function parseJson(path: string, number: number, line: Buffer): unknown {
  if (!isUtf8(line)) throw bad(path, number, "the line is not UTF-8");
  try {
    return JSON.parse(line.toString("utf8")) as unknown;
  } catch (error) {
    throw bad(path, number, "the line is not JSON", undefined, error);
  }
}

/** As the requests came, and each told which of its kind it is. Exchanges are written in the order of their ends. */
function inOrder(entries: readonly CassetteEntry[]): CassetteEntry[] {
  const counts = new Map<string, number>();
  return entries
    .toSorted((left, right) => left.exchange.index - right.exchange.index)
    .map((entry) => {
      const occurrence = counts.get(entry.key) ?? 0;
      counts.set(entry.key, occurrence + 1);
      return { ...entry, occurrence };
    });
}

function bad(path: string, line: number, message: string, fix?: string, cause?: unknown): AegisError {
  return new AegisError("network.bad_cassette", `${path}:${line}: ${message}`, {
    details: { path, line },
    ...(fix !== undefined && { fix }),
    ...(cause !== undefined && { cause }),
  });
}
