import { isJsonObject, type Json, valueAtPath } from "../kernel/index.ts";
import type { ConversationView } from "./conversation-view.ts";
import type { Match } from "./match-condition.ts";

export const TEMPLATE_ROOTS = ["user", "anyUser", "result", "lastResult"] as const;

/**
 * Fills `{{user.1}}` (regex group, by number or name), `{{user}}` (latest user text), `{{result.TOOL.path}}` (latest
 * result of a tool) and `{{lastResult.path}}`. `{{path|default}}` names what to say where nothing is found; otherwise
 * it is null, as a careless model would say it. A text that is one template keeps the type of its value.
 */
export function fillTemplate(value: Json, where: { readonly match: Match; readonly view: ConversationView }): Json {
  if (typeof value === "string") return fillText(value, where);
  if (Array.isArray(value)) return value.map((item: Json) => fillTemplate(item, where));
  if (!isJsonObject(value)) return value;
  const filled = Object.entries(value).map(([key, member]) => [key, fillTemplate(member ?? null, where)]);
  return Object.fromEntries(filled) as Json;
}

/** The paths of all templates in a value, to check a script before it runs. */
export function templatePaths(value: Json): string[] {
  if (typeof value === "string") return [...value.matchAll(TEMPLATE)].map((match) => match[1] ?? "");
  if (Array.isArray(value)) return value.flatMap((item: Json) => templatePaths(item));
  return isJsonObject(value) ? Object.values(value).flatMap((member) => templatePaths(member ?? null)) : [];
}

const TEMPLATE = /\{\{\s*([^{}|]+?)\s*(?:\|([^{}]*))?\}\}/g;

function fillText(text: string, where: { match: Match; view: ConversationView }): Json {
  const find = (path: string, otherwise: string | undefined) => lookUp(path, where) ?? otherwise ?? null;
  const [first, ...rest] = text.matchAll(TEMPLATE);
  if (first && rest.length === 0 && first[0] === text) return find(first[1] ?? "", first[2]);
  return text.replaceAll(TEMPLATE, (_whole, path: string, otherwise?: string) => {
    const found = find(path, otherwise);
    return typeof found === "string" ? found : JSON.stringify(found);
  });
}

function lookUp(path: string, { match, view }: { match: Match; view: ConversationView }): Json | undefined {
  const [root, rest] = splitOnce(path);
  if (root === "user") return rest === "" ? view.users.at(-1) : groupOf(match.user ?? match.anyUser, rest);
  if (root === "anyUser") return groupOf(match.anyUser, rest === "" ? "0" : rest);
  if (root === "lastResult") return valueAtPath(view.lastResult?.result, rest);
  if (root !== "result") return undefined;
  // Tool names may hold dots themselves: the longest name that fits is meant.
  const fits = view.results.filter((result) => rest === result.tool || rest.startsWith(`${result.tool}.`));
  const longest = Math.max(0, ...fits.map((result) => result.tool.length));
  return valueAtPath(fits.findLast((result) => result.tool.length === longest)?.result, rest.slice(longest + 1));
}

function groupOf(match: RegExpMatchArray | undefined, name: string): string | undefined {
  return /^\d+$/.test(name) ? match?.[Number(name)] : match?.groups?.[name];
}

function splitOnce(path: string): [string, string] {
  const dot = path.indexOf(".");
  return dot === -1 ? [path, ""] : [path.slice(0, dot), path.slice(dot + 1)];
}
