import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { AegisError, explainIssues, type Json, type JsonObject, toJson } from "../kernel/index.ts";
import { TEMPLATE_ROOTS, templatePaths } from "./fill-template.ts";
import { pattern } from "./match-condition.ts";
import type { Script } from "./script.ts";

/**
 * Parses a script written in YAML or JSON.
 * @throws {AegisError} "model.bad_script", naming file, line and the path within the script
 */
export function readScript(text: string, file: string): Script {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) throw badScript({ file, line: lines.linePos(broken.pos[0]).line, path: "", why: broken.message });
  const value: unknown = document.toJS();
  const parsed = scriptSchema.safeParse(value);
  if (parsed.success) return parsed.data as Script;
  const { path, place, text: why } = explainIssues({ schema: scriptSchema, value, issues: parsed.error.issues });
  throw badScript({ file, line: lineOf(document, lines, place), path: path.join("."), why });
}

interface Fault {
  readonly file: string;
  readonly line: number;
  /** Within the script. */
  readonly path: string;
  readonly why: string;
}

function badScript({ file, line, path, why }: Fault): AegisError {
  return new AegisError("model.bad_script", `${file}:${line}: ${why}`, { details: { file, line, path } });
}

/** The line of the deepest part of the path that is really there: a missing key is reported where it should stand. */
function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

const regex = z.string().refine(isPattern, { error: "is no regular expression" });
const tools = z.union([z.string(), z.array(z.string())]);
const text = z.string().superRefine(checkTemplates);
const jsonObject = z.record(z.string(), z.unknown()).superRefine(checkTemplates) as z.ZodType<JsonObject>;

const conditionSchema = z.strictObject({
  user: regex.optional(),
  anyUser: regex.optional(),
  system: regex.optional(),
  called: tools.optional(),
  notCalled: tools.optional(),
  calledInTurn: tools.optional(),
  notCalledInTurn: tools.optional(),
  calledTimes: z
    .strictObject({
      tool: z.string(),
      atLeast: z.int().min(0).optional(),
      atMost: z.int().min(0).optional(),
      exactly: z.int().min(0).optional(),
    })
    .optional(),
  lastTool: z.string().optional(),
  lastResult: regex.optional(),
  lastFailed: z.union([z.literal(true), z.string()]).optional(),
  turn: z.int().min(1).optional(),
  offered: z.string().optional(),
  get all() {
    return z.array(conditionSchema).optional();
  },
  get any() {
    return z.array(conditionSchema).optional();
  },
  get not() {
    return conditionSchema.optional();
  },
});

const callSchema = z.strictObject({ tool: z.string(), arguments: jsonObject.optional() });

const stepSchema = z.strictObject({
  say: text.optional(),
  call: z.union([callSchema, z.array(callSchema)]).optional(),
  reasoning: text.optional(),
  finishReason: z.enum(["stop", "tool-calls", "length", "content-filter", "error", "other"]).optional(),
  error: z.strictObject({ status: z.int().min(400).max(599), retryAfterMs: z.int().min(0).optional() }).optional(),
});

const tokenCount = z.int().min(0).optional();

const scriptSchema = z.strictObject({
  id: z.string().min(1),
  seed: z.int().optional(),
  rules: z.array(
    // oxlint-disable-next-line unicorn/no-thenable -- when/then reads as what it is, and nobody awaits a schema
    z.strictObject({ when: conditionSchema.optional(), chance: z.number().min(0).max(1).optional(), then: stepSchema }),
  ),
  fallback: stepSchema.optional(),
  usage: z
    .strictObject({
      inputTokens: tokenCount,
      outputTokens: tokenCount,
      cachedInputTokens: tokenCount,
      reasoningTokens: tokenCount,
    })
    .optional(),
  latencyMs: z.int().min(0).optional(),
});

function isPattern(source: string): boolean {
  try {
    return Boolean(pattern(source));
  } catch {
    return false;
  }
}

function checkTemplates(value: unknown, context: z.RefinementCtx): void {
  const known: readonly string[] = TEMPLATE_ROOTS;
  for (const path of templatePaths(toJson(value) satisfies Json)) {
    if (known.includes(path.split(".")[0] ?? "")) continue;
    context.addIssue({ code: "custom", message: `{{${path}}} must begin with ${known.join(", ")}` });
  }
}
