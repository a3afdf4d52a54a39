import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { AegisError, type ErrorCode, explainIssues } from "../../kernel/index.ts";
import type { PlaceOf } from "./verify-checks.ts";

export interface ParsedYaml<Value> {
  readonly value: Value;
  /** `file:line: path`, for whoever finds a fault later. */
  readonly placeOf: PlaceOf;
}

/**
 * Reads YAML (or JSON) and holds it against a schema.
 *
 * @throws {AegisError} `code`, naming file, line, path, and what was expected there
 */
export function parseYaml<Schema extends z.ZodType>(options: {
  readonly text: string;
  readonly file: string;
  readonly schema: Schema;
  readonly code: ErrorCode;
}): ParsedYaml<z.output<Schema>> {
  const { text, file, schema, code } = options;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new AegisError(code, `${file}:${line}:${col}: no valid YAML: ${problem.message}`, {
      details: { file, line },
    });
  }
  const given = toPlain(document, file, code);
  const result = schema.safeParse(given);
  if (result.success) {
    const placeOf: PlaceOf = (path) => `${file}:${lineOf(document, path, lines)}: ${path.join(".")}`;
    return { value: result.data, placeOf };
  }
  const { path, place, text: message } = explainIssues({ schema, value: given, issues: result.error.issues });
  // A key that nobody knows is named at its own line, not at that of the object it is in.
  const line = lineOf(document, place, lines);
  throw new AegisError(code, `${file}:${line}: ${message}`, { details: { file, line, path: path.join(".") } });
}

function toPlain(document: ReturnType<typeof parseDocument>, file: string, code: ErrorCode): unknown {
  try {
    // Alias bombs: a document may not grow beyond this by repeating its anchors.
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new AegisError(code, `${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Of the key, where there is one: its value may begin further down. */
function lineOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const parent = length === 0 ? undefined : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === path[length - 1])
      : undefined;
    const node = pair?.key ?? (length === 0 ? document.contents : document.getIn(path.slice(0, length), true));
    const range = (node as { range?: readonly [number, number, number] } | undefined | null)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}
