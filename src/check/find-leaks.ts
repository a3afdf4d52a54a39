import type { RunEvent } from "../domain/index.ts";
import { isJsonObject, type Json, pathKeys } from "../kernel/index.ts";
import { resultOf, type ToolCall } from "./reading/tool-calls.ts";
import { compactText, compactValue, valuePattern } from "./value-pattern.ts";

/** Shorter values are found everywhere by chance. */
const LEAF_CHARACTERS_MIN = 4;

export interface Leak {
  readonly what: string;
  readonly where: string;
  readonly seqs: readonly number[];
}

export interface LeakSearch {
  readonly events: readonly RunEvent[];
  readonly calls: readonly ToolCall[];
  readonly grants: readonly string[];
  readonly restrictedFields?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
}

interface Secret {
  /** Quick to look for; most values are nowhere, and need no pattern. */
  readonly compact: string;
  readonly name: string;
  readonly pattern: RegExp;
  readonly tool: string;
  readonly seq: number;
}

/**
 * Restricted values that left their tool: in an answer, or in the arguments of another tool's call. Of a result with a
 * label that no grant covers, every longer text and number is restricted, save what the user said or an open result
 * shows too. Named fields are restricted in every result that is not covered by a grant for all its labels.
 */
export function findLeaks(search: LeakSearch): readonly Leak[] {
  const open = searchable(openTexts(search));
  const targets = search.events.flatMap((event) => targetOf(event) ?? []);
  const { compact } = searchable(targets.map(({ text }) => text));
  const secrets = search.calls
    .flatMap((call) => secretsOf(call, search, open))
    .filter((secret) => compact.includes(secret.compact));
  const leaks: Leak[] = [];
  for (const target of targets) {
    const leaked = secrets.find(
      (secret) => secret.seq < target.seq && secret.tool !== target.tool && secret.pattern.test(target.text),
    );
    if (!leaked) continue;
    const what = `${leaked.name} of ${leaked.tool}`;
    leaks.push({ what, where: target.where, seqs: [leaked.seq, target.seq] });
  }
  return leaks;
}

interface Target {
  readonly seq: number;
  readonly text: string;
  readonly where: string;
  readonly tool?: string;
}

function targetOf(event: RunEvent): Target | undefined {
  const { seq } = event;
  if (event.type === "message.sent") return { seq, text: event.content, where: "to the user" };
  if (event.type !== "tool.called") return undefined;
  return { seq, text: textIn(event.arguments), where: `into a call of ${event.tool}`, tool: event.tool };
}

function secretsOf(call: ToolCall, search: LeakSearch, open: Searchable): Secret[] {
  const { returned } = call;
  if (!returned) return [];
  const result = resultOf(returned);
  const labels = returned.labels ?? [];
  const secret = (name: string, value: Json) => ({
    name,
    compact: compactValue(value),
    pattern: valuePattern(value),
    tool: call.tool,
    seq: returned.seq,
  });
  if (labels.length > 0 && labels.every((label) => isCovered(label, search))) return [];
  if (search.restrictedFields) {
    return search.restrictedFields.flatMap((path) =>
      valuesAt(result, pathKeys(path))
        .flatMap(leaves)
        .filter(isTelling)
        .map((value) => secret(path, value)),
    );
  }
  const uncovered = labels.find((label) => (search.labels?.includes(label) ?? true) && !isCovered(label, search));
  if (uncovered === undefined) return [];
  return leaves(result)
    .filter(isTelling)
    .map((value) => secret(`a value labelled "${uncovered}"`, value))
    .filter(
      ({ compact, pattern }) => !open.compact.includes(compact) || !open.texts.some((text) => pattern.test(text)),
    );
}

interface Searchable {
  readonly texts: readonly string[];
  readonly compact: string;
}

function searchable(texts: readonly string[]): Searchable {
  return { texts, compact: texts.map(compactText).join("\n") };
}

/** What may be said anyway: the user's own words, and results that carry no uncovered label. */
function openTexts(search: LeakSearch): string[] {
  const { events, calls } = search;
  const said = events.flatMap((event) => (event.type === "message.received" ? [event.content] : []));
  const results = calls
    .filter(({ returned }) => returned && (returned.labels ?? []).every((label) => isCovered(label, search)))
    .map(({ returned }) => textIn(returned?.result ?? null));
  return [...said, ...results];
}

function isCovered(label: string, { grants }: LeakSearch): boolean {
  return grants.includes(`label:${label}`);
}

function valuesAt(value: Json | undefined, [key, ...rest]: readonly string[]): Json[] {
  if (value === undefined) return [];
  if (key === undefined) return [value];
  const isContainer = isJsonObject(value) || Array.isArray(value);
  if (!isContainer) return [];
  const members: readonly [string, Json | undefined][] = Object.entries(value);
  return members.filter(([name]) => key === "*" || key === name).flatMap(([, member]) => valuesAt(member, rest));
}

function leaves(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value.flatMap((element) => leaves(element as Json));
  if (isJsonObject(value)) return Object.values(value).flatMap(leaves);
  return value === undefined || value === null ? [] : [value];
}

function isTelling(value: Json): boolean {
  return (typeof value === "string" || typeof value === "number") && String(value).trim().length >= LEAF_CHARACTERS_MIN;
}

/** All texts and numbers of a value, one a line. */
function textIn(value: Json): string {
  return leaves(value).map(String).join("\n");
}
