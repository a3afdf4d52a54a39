import { z } from "zod";
import { AegisError, canonicalJson, explainIssues, type Json, toJson } from "../kernel/index.ts";

/** What one person says of one answer. */
export interface Label {
  /** Labels of several people for one answer share its id. */
  readonly id: string;
  readonly input?: string;
  readonly output?: string;
  /** The whole conversation instead of input and output; lines beginning `#12 ` number its events. */
  readonly transcript?: string;
  readonly expected?: Json;
  /** true: good. */
  readonly label: boolean;
  readonly rater?: string;
}

/**
 * Reads JSON lines, one label a line; empty lines are skipped.
 * @throws {AegisError} "judge.bad_labels", naming file and line
 */
export function readLabels(text: string, file: string): Label[] {
  const labels: Label[] = [];
  const contents = new Map<string, string>();
  const ratings = new Set<string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `${file}:${index + 1}`;
    const label = readLabel(line, where);
    const content = canonicalJson(toJson([label.input, label.output, label.transcript, label.expected]));
    if ((contents.get(label.id) ?? content) !== content)
      throw badLabels(where, `id ${label.id} stands for two answers`);
    contents.set(label.id, content);
    const rating = canonicalJson([label.id, label.rater ?? null]);
    if (ratings.has(rating))
      throw badLabels(where, `id ${label.id} was already rated by ${label.rater ?? "nobody named"}`);
    ratings.add(rating);
    labels.push(label);
  }
  if (labels.length === 0) throw badLabels(file, "holds no labels");
  return labels;
}

const labelSchema = z
  .strictObject({
    id: z.string().min(1),
    input: z.string().optional(),
    output: z.string().optional(),
    transcript: z.string().min(1).optional(),
    expected: z.json().optional(),
    label: z.boolean(),
    rater: z.string().min(1).optional(),
  })
  .refine(({ transcript, output }) => (transcript === undefined) !== (output === undefined), {
    error: "needs either a transcript or an output",
  });

function readLabel(line: string, where: string): Label {
  const value = parseJson(line, where);
  const parsed = labelSchema.safeParse(value);
  if (parsed.success) return parsed.data as Label;
  throw badLabels(where, explainIssues({ schema: labelSchema, value, issues: parsed.error.issues }).text);
}

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badLabels(where, "is no JSON");
  }
}

function badLabels(where: string, why: string): AegisError {
  return new AegisError("judge.bad_labels", `${where}: ${why}`, { details: { where } });
}
