import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { AegisError } from "../../kernel/index.ts";
import type { ProductionTrace } from "../../eval/lifecycle/index.ts";
import { toolCalls } from "../../log/index.ts";
import type { App } from "../open-app.ts";

/** Live runs that are looked at, the newest. */
const RUNS_MAX = 500;

const rowSchema = z.looseObject({ input: z.string(), tools: z.array(z.string()).default([]) });

/**
 * What users did in production: the lines of a file, or else the newest ended runs of the live agent of that name.
 *
 * @throws {AegisError} "io.not_found" or "io.failed" for the file, "cli.usage" naming the line that is none
 */
export async function readProduction(
  app: App,
  { file, agent }: { readonly file?: string; readonly agent?: string },
): Promise<ProductionTrace[]> {
  if (file !== undefined) return readLines(resolve(app.cwd, file));
  const store = await app.store();
  const runs = await store.listRuns({ limit: RUNS_MAX, status: "ended", ...(agent !== undefined && { agent }) });
  return Promise.all(
    runs.map(async ({ id, input }) => {
      const tools = toolCalls(await store.read(id)).map(({ called }) => called.tool);
      return { input: input.message, tools: [...new Set(tools)] };
    }),
  );
}

async function readLines(path: string): Promise<ProductionTrace[]> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw new AegisError("io.not_found", `there is no file ${path}`, { cause });
    throw new AegisError("io.failed", `${path} cannot be read: ${cause.message}`, { cause });
  });
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const row = rowSchema.safeParse(parsed(line));
    if (row.success) return [{ input: row.data.input, tools: row.data.tools }];
    throw new AegisError("cli.usage", `${path}:${index + 1} is no {"input": "...", "tools": ["..."]}`, { fix: "" });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
