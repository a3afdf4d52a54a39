import type { RunEvent } from "../domain/index.ts";
import { isJsonObject, type Json, pathKeys } from "../kernel/index.ts";
import { resultOf, type ToolCall } from "./reading/tool-calls.ts";
import { valueFinder } from "./value-finder.ts";

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
  readonly name: string;
  readonly tool: string;
  readonly seq: number;
}

/** By the value's text; of each tool that gave it, the first time. */
type Secrets = Map<string, Secret[]>;

/**
 * Restricted values that left their tool: in an answer, or in the arguments of another tool's call. Of a result with a
 * label that no grant covers, every longer text and number is restricted, save what the user said or an open result
 * shows too. Named fields are restricted besides, in every result that is not covered by a grant for all its labels.
 */
export function findLeaks(search: LeakSearch): readonly Leak[] {
  const named: Secrets = new Map();
  const labelled: Secrets = new Map();
  for (const call of search.calls) collectSecrets(call, search, { named, labelled });
  const find = valueFinder(new Set([...named.keys(), ...labelled.keys()]));
  for (const text of labelled.size > 0 ? openTexts(search) : []) {
    for (const value of find(text, (each) => labelled.has(each))) labelled.delete(value);
  }
  return search.events.flatMap((event) => {
    const target = targetOf(event);
    if (!target) return [];
    const secretsOf = (value: string) =>
      [...(named.get(value) ?? []), ...(labelled.get(value) ?? [])].filter(
        ({ seq, tool }) => seq < target.seq && tool !== target.tool,
      );
    const [leaked] = find(target.text, (value) => secretsOf(value).length > 0)
      .flatMap(secretsOf)
      .toSorted((left, right) => left.seq - right.seq);
    if (!leaked) return [];
    return [{ what: `${leaked.name} of ${leaked.tool}`, where: target.where, seqs: [leaked.seq, target.seq] }];
  });
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

function collectSecrets(
  { tool, returned }: ToolCall,
  search: LeakSearch,
  { named, labelled }: { readonly named: Secrets; readonly labelled: Secrets },
): void {
  if (!returned) return;
  const labels = returned.labels ?? [];
  if (labels.length > 0 && labels.every((label) => isCovered(label, search))) return;
  const { seq } = returned;
  const result = resultOf(returned);
  for (const path of search.restrictedFields ?? []) {
    const values = valuesAt(result, pathKeys(path)).flatMap(leaves).filter(isTelling);
    for (const value of values) remember(named, value, { name: path, tool, seq });
  }
  const uncovered = labels.find((label) => (search.labels?.includes(label) ?? true) && !isCovered(label, search));
  if (uncovered === undefined) return;
  const name = `a value labelled "${uncovered}"`;
  for (const value of leaves(result).filter(isTelling)) remember(labelled, value, { name, tool, seq });
}

function remember(secrets: Secrets, value: Json, secret: Secret): void {
  const known = secrets.get(String(value)) ?? [];
  const sameTool = known.findIndex(({ tool }) => tool === secret.tool);
  if (sameTool === -1) known.push(secret);
  else if (secret.seq < (known[sameTool]?.seq ?? 0)) known[sameTool] = secret;
  secrets.set(String(value), known);
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
