import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { randomUUID } from "node:crypto";
import { AegisError } from "../../kernel/index.ts";
import type { Exchange } from "../exchange.ts";
import { openRedactor, type RedactionOptions } from "../redact/open-redactor.ts";
import { CASSETTE_VERSION, type CassetteHeader } from "./cassette.ts";
import { toCassetteLine } from "./cassette-line.ts";
import { requestKey } from "./request-key.ts";

export interface CassetteWriterOptions extends RedactionOptions {
  readonly recordedAtMs: number;
  /** Request headers that are stored besides those that say what a body is; "all" for every one. */
  readonly requestHeaders?: readonly string[] | "all";
}

/** A cassette that is being recorded. The file is there, whole, once it is closed. */
export interface CassetteWriter extends AsyncDisposable {
  /** Without its secrets; in any order, exchanges know their own. Takes its place at once, resolves when it is written. */
  append(exchange: Exchange): Promise<void>;
  /** How many values were hidden so far, by kind. */
  redacted(): Readonly<Record<string, number>>;
  /** Puts the file in its place; one that was there is replaced. */
  close(): Promise<void>;
  /** Leaves what was there. Disposing of a writer that was not closed does the same. */
  discard(): Promise<void>;
}

const KEPT_HEADERS = ["accept", "content-type", "content-encoding", "range", "if-none-match", "authorization"];

/** @throws {AegisError} "io.failed" where the file cannot be written */
export async function openCassetteWriter(path: string, options: CassetteWriterOptions): Promise<CassetteWriter> {
  const partial = `${path}.${randomUUID()}.partial`;
  const file = await asIoFailure(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    return open(partial, "wx", 0o600);
  });
  const redactor = openRedactor(options);
  const keptHeaders =
    options.requestHeaders === "all"
      ? "all"
      : new Set([...KEPT_HEADERS, ...(options.requestHeaders ?? []).map((name) => name.toLowerCase())]);
  const totals: Record<string, number> = {};
  let isOpen = true;
  let written: Promise<unknown> = Promise.resolve();
  const write = (line: unknown) => {
    const next = written.then(() => file.appendFile(`${JSON.stringify(line)}\n`));
    written = next.catch(() => undefined);
    return asIoFailure(path, () => next);
  };
  const end = async (finish: () => Promise<void>) => {
    if (!isOpen) return;
    isOpen = false;
    await written;
    await asIoFailure(path, finish);
  };
  const discard = () =>
    end(async () => {
      await file.close();
      await rm(partial, { force: true });
    });
  const header: CassetteHeader = {
    aegis: "cassette",
    version: CASSETTE_VERSION,
    recordedAt: new Date(options.recordedAtMs).toISOString(),
  };
  let failure: unknown;
  await write(header);
  return {
    append: async (exchange) => {
      if (!isOpen) throw new AegisError("io.failed", `${path} is closed: nothing more can be recorded`, { fix: "" });
      const { exchange: clean, counts } = redactor.redactExchange(exchange);
      for (const [kind, count] of Object.entries(counts)) totals[kind] = (totals[kind] ?? 0) + count;
      const key = requestKey(clean.request);
      await write(toCassetteLine(clean, { key, redacted: counts, keptHeaders })).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    },
    redacted: () => ({ ...totals }),
    close: () =>
      end(async () => {
        await file.sync();
        await file.close();
        if (failure !== undefined) {
          await rm(partial, { force: true });
          throw failure;
        }
        await rename(partial, path);
      }),
    discard,
    [Symbol.asyncDispose]: discard,
  };
}

async function asIoFailure<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AegisError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AegisError("io.failed", `cannot write the cassette ${path}: ${reason}`, { cause: error });
  }
}
