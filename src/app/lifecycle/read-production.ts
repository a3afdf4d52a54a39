import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { AegisError } from "../../kernel/index.ts";
import type { ProductionTrace } from "../../eval/lifecycle/index.ts";
import type { RunEvent } from "../../domain/index.ts";
import { toolCalls } from "../../log/index.ts";
import type { App } from "../open-app.ts";
import { settleBeforeLooking } from "../traces/settle-before-looking.ts";
import { openAppTraces } from "../traces/open-app-traces.ts";

/** Live runs that are looked at, the newest. */
const RUNS_MAX = 500;

const rowSchema = z.looseObject({ input: z.string(), tools: z.array(z.string()).default([]) });

/**
 * What users did in production: the lines of a file, or else the newest runs of the agent of that name: live ones, and those
 * that telemetry told of.
 *
 * @throws {AegisError} "io.not_found" or "io.failed" for the file, "cli.usage" naming the line that is none
 */
export async function readProduction(
  app: App,
  { file, agent }: { readonly file?: string; readonly agent?: string },
): Promise<ProductionTrace[]> {
  if (file !== undefined) return readLines(resolve(app.cwd, file));
  const store = await app.store();
  const named = agent === undefined ? {} : { agent };
  const runs = await store.listRuns({ limit: RUNS_MAX, status: "ended", ...named });
  const live = runs.map(async ({ id, input }) => ({
    input: input.message,
    tools: toolsIn(await store.read(id)),
  }));
  await settleBeforeLooking(app);
  const traces = await openAppTraces(app);
  const told = await traces.list({ limit: RUNS_MAX, origin: "observed", ...named });
  const observed = told.map(async (trace) => {
    const events = await traces.events(trace);
    const asked = events.find((event) => event.type === "message.received" && event.from === "user");
    return { input: asked?.type === "message.received" ? asked.content : trace.title, tools: toolsIn(events) };
  });
  return await Promise.all([...live, ...observed]);
}

function toolsIn(events: readonly RunEvent[]): string[] {
  return [...new Set(toolCalls(events).map(({ called }) => called.tool))];
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
