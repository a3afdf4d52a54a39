import { readFileSync, statSync } from "node:fs";
import type { z } from "zod";
import type { RecordedStep, RecordedTake, RecordedTurn, ToolReplay } from "../../domain/index.ts";
import { AegisError, explainIssues, isJsonObject, LIMITS } from "../../kernel/index.ts";
import {
  answerLine,
  headerLine,
  modelLine,
  takeLine,
  TOOL_CASSETTE_VERSION,
  toolLine,
  userLine,
} from "./tool-cassette-schema.ts";

export type ToolCassette = Pick<ToolReplay, "tools" | "takes">;

type Open<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type OpenTake = Omit<Open<RecordedTake>, "turns"> & { turns: { user: string; steps: RecordedStep[] }[] };

/** @throws {AegisError} "io.not_found", or "replay.bad_cassette" with file and line: another version, a line that is none */
export function readToolCassette(path: string): ToolCassette {
  return parseToolCassette(readText(path), path);
}

/** @throws {AegisError} "replay.bad_cassette" with the line */
export function parseToolCassette(text: string, path: string): ToolCassette {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw bad(path, lines.length + 1, "the file ends in the middle of a line");
  const [first, ...rest] = lines;
  if (first === undefined) throw bad(path, 1, "the file is empty");
  const { tools } = readHeader(path, first);
  const takes: OpenTake[] = [];
  for (const [index, line] of rest.entries())
    addLine(takes, { path, line: index + 2, value: parseJson(path, index + 2, line) });
  if (takes.length === 0) throw bad(path, lines.length, "the cassette holds no recorded run: no line begins a take");
  return { tools: tools as ToolReplay["tools"], takes: takes as readonly (RecordedTake & { turns: RecordedTurn[] })[] };
}

interface PlacedLine {
  readonly path: string;
  readonly line: number;
  readonly value: unknown;
}

function addLine(takes: OpenTake[], placed: PlacedLine): void {
  const { path, line, value } = placed;
  const has = (key: string) => isJsonObject(value) && key in value;
  if (has("take")) {
    const { take, ...read } = parse(takeLine, placed);
    takes.push({ name: take, ...read, turns: [] } as OpenTake);
    return;
  }
  const take = takes.at(-1);
  if (!take) throw bad(path, line, "a take must begin before this line: {take, agent, ended}");
  if (has("user")) {
    take.turns.push({ user: parse(userLine, placed).user, steps: [] });
    return;
  }
  const turn = take.turns.at(-1);
  if (!turn) throw bad(path, line, "the user must say something before this line: {user}");
  turn.steps.push(readStep(has, placed));
}

function readStep(has: (key: string) => boolean, placed: PlacedLine): RecordedStep {
  if (has("model")) return parse(modelLine, placed) as RecordedStep;
  if (has("tool")) return parse(toolLine, placed) as RecordedStep;
  if (has("answer")) return parse(answerLine, placed);
  throw bad(placed.path, placed.line, "expected a line with take, user, model, tool or answer");
}

function readHeader(path: string, line: string) {
  const value = parseJson(path, 1, line);
  const { aegis, version } = (isJsonObject(value) ? value : {}) as { aegis?: unknown; version?: unknown };
  if (aegis !== "tool-cassette") throw bad(path, 1, 'a cassette of tool answers begins with {"aegis":"tool-cassette"}');
  if (version !== TOOL_CASSETTE_VERSION) {
    const isNewer = typeof version === "number" && version > TOOL_CASSETTE_VERSION;
    const message = `the cassette is of version ${JSON.stringify(version) ?? "none"}, this Aegis reads ${TOOL_CASSETTE_VERSION}`;
    throw bad(path, 1, message, isNewer ? "Install the newer Aegis that wrote it, or write it anew." : undefined);
  }
  return parse(headerLine, { path, line: 1, value });
}

function parse<Schema extends z.ZodType>(schema: Schema, { path, line, value }: PlacedLine): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw bad(path, line, explainIssues({ schema, value, issues: parsed.error.issues }).text);
}

function parseJson(path: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AegisError("replay.bad_cassette", `${path}:${line}: the line is not JSON`, {
      cause,
      details: { path, line },
    });
  }
}

function readText(path: string): string {
  try {
    if (statSync(path).size > LIMITS.importFileBytesMax) {
      throw bad(path, 1, `the file is larger than ${LIMITS.importFileBytesMax} bytes`);
    }
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new AegisError(isMissing ? "io.not_found" : "io.failed", `cannot read the cassette ${path}`, {
      cause,
      details: { path },
    });
  }
}

function bad(path: string, line: number, message: string, fix?: string): AegisError {
  return new AegisError("replay.bad_cassette", `${path}:${line}: ${message}`, {
    details: { path, line },
    ...(fix !== undefined && { fix }),
  });
}
