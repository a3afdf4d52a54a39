import { hash } from "node:crypto";
import type { TraceSummary } from "../domain/index.ts";
import type { TraceQuery } from "./trace-store.ts";

/** 120 bits. */
const DIGITS = 30;

/**
 * What a trace has, as words of the full-text index that no text can hold: lists narrowed by several of them, and by words,
 * are answered from the index alone.
 */
export function marksOf(summary: TraceSummary): string[] {
  const { agent, user, session, origin, outcome, tools, models, findings } = summary;
  return [
    ...new Set([
      mark("agent", agent.name),
      mark("version", agent.version),
      mark("origin", origin),
      mark("outcome", outcome),
      ...(user === null ? [] : [mark("user", user)]),
      ...(session === null ? [] : [mark("session", session)]),
      ...tools.map((tool) => mark("tool", tool)),
      ...models.map((model) => mark("model", model)),
      ...(findings.length > 0 ? [mark("finding", "any")] : []),
      ...(summary.errorCount >= 1 ? [mark("errors", "some")] : []),
      ...findings.map(({ detector }) => mark("finding", detector)),
    ]),
  ];
}

/** What lists are narrowed by from the full-text index: no index of a table tells it, or too few traces have it. */
export function marksWanted({ tool, model, finding, version, outcome, errorCountMin = 0 }: TraceQuery): string[] {
  return marksOfNamed({ tool, model, finding, version, outcome, errors: errorCountMin >= 1 ? "some" : undefined });
}

/** What an index of the table serves better, unless the full-text index is asked anyway. */
export function columnMarksWanted({ agent, user, session, origin }: TraceQuery): string[] {
  return marksOfNamed({ agent, user, session, origin });
}

function marksOfNamed(named: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(named).flatMap(([kind, name]) => (name === undefined ? [] : [mark(kind, name)]));
}

/** Most traces have the same agents, tools and models. */
const known = new Map<string, string>();
const KNOWN_MAX = 4_096;
const KNOWN_CHARACTERS_MAX = 200;

/** Lower-case hexadecimal. Each database keeps it apart from words in its own way. */
function mark(kind: string, name: string): string {
  const text = `${kind}:${name}`;
  const found = known.get(text);
  if (found !== undefined) return found;
  const made = hash("sha256", text.toWellFormed()).slice(0, DIGITS);
  if (known.size >= KNOWN_MAX) known.clear();
  if (text.length <= KNOWN_CHARACTERS_MAX) known.set(text, made);
  return made;
}
