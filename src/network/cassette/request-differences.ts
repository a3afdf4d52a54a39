import { escapeTerminal, equalJson, isJsonObject, joinPath, type Json } from "../../kernel/index.ts";
import { PLAIN_PLACEHOLDER } from "../redact/vault.ts";
import type { NormalBody, NormalRequest } from "./normal-request.ts";

/** One place where a request differs from a recorded one. */
export interface RequestDifference {
  /** `method`, `origin`, `path`, `query page`, `body messages.0.content`. */
  readonly place: string;
  readonly asked?: string;
  readonly recorded?: string;
}

/** Documents that differ everywhere are not compared to their ends. */
const DIFFERENCES_MAX = 50;

/** What differs, the weightiest first; empty for equal requests. */
export function requestDifferences(asked: NormalRequest, recorded: NormalRequest): RequestDifference[] {
  const differences: RequestDifference[] = [];
  const add = (place: string, left: string | undefined, right: string | undefined) => {
    if (left === right || differences.length >= DIFFERENCES_MAX) return;
    differences.push({
      place,
      ...(left !== undefined && { asked: left }),
      ...(right !== undefined && { recorded: right }),
    });
  };
  add("method", asked.method, recorded.method);
  add("origin", asked.origin, recorded.origin);
  add("path", asked.path, recorded.path);
  comparePairs("query", asked.query, recorded.query, add);
  compareBodies(asked.body, recorded.body, add);
  return differences;
}

/** The recording holds no more than placeholders where the two differ: its secrets were known by their letters. */
export function isHiddenDifference({ asked, recorded }: RequestDifference): boolean {
  if (asked === undefined || recorded === undefined || !recorded.includes(PLAIN_PLACEHOLDER)) return false;
  let at = 0;
  const parts = recorded.split(PLAIN_PLACEHOLDER);
  return parts.every((part, index) => {
    const isLast = index === parts.length - 1;
    const found =
      index === 0 ? (asked.startsWith(part) ? 0 : -1) : isLast ? lastIndexOf(asked, part) : asked.indexOf(part, at);
    if (found < at) return false;
    at = found + part.length;
    return true;
  });
}

function lastIndexOf(text: string, ending: string): number {
  return text.endsWith(ending) ? text.length - ending.length : -1;
}

/** `body messages.0.content is "hi", recorded was "hello"`. */
export function showDifference({ place, asked, recorded }: RequestDifference): string {
  if (recorded === undefined) return `${escapeTerminal(place)} (${show(asked)}) was not recorded`;
  if (asked === undefined) return `${escapeTerminal(place)} is missing, recorded was ${show(recorded)}`;
  const from = firstDifference(asked, recorded);
  return `${escapeTerminal(place)} is ${show(asked, from)}, recorded was ${show(recorded, from)}`;
}

type Add = (place: string, asked: string | undefined, recorded: string | undefined) => void;
type Pairs = readonly (readonly [name: string, value: string])[];

function comparePairs(what: string, asked: Pairs, recorded: Pairs, add: Add): void {
  for (const name of new Set([...asked, ...recorded].map(([each]) => each))) {
    const [left, right] = [asked, recorded].map((pairs) => pairs.filter(([each]) => each === name));
    for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
      add(`${what} ${name}`, left?.[index]?.[1], right?.[index]?.[1]);
    }
  }
}

function compareBodies(asked: NormalBody, recorded: NormalBody, add: Add): void {
  if (asked.kind === "json" && recorded.kind === "json") return compareJson([], asked.value, recorded.value, add);
  if (asked.kind === "fields" && recorded.kind === "fields") {
    return comparePairs("body", asked.fields, recorded.fields, add);
  }
  add("body", describeBody(asked), describeBody(recorded));
}

function describeBody(body: NormalBody): string {
  switch (body.kind) {
    case "none":
      return "empty";
    case "json":
      return JSON.stringify(body.value);
    case "fields":
      return body.fields.map(([name, value]) => `${name}=${value}`).join("&");
    case "text":
      return body.text;
    case "bytes":
      return `${body.length} bytes, sha256 ${body.sha256}`;
    case "streamed":
      return "too large to be held";
  }
}

function compareJson(keys: readonly string[], asked: Json | undefined, recorded: Json | undefined, add: Add): void {
  if (equalJson(asked, recorded) && (asked === undefined) === (recorded === undefined)) return;
  const [left, right] = [membersOf(asked), membersOf(recorded)];
  if (!left || !right || Array.isArray(asked) !== Array.isArray(recorded)) {
    return add(keys.length === 0 ? "body" : `body ${joinPath(keys)}`, shownJson(asked), shownJson(recorded));
  }
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    compareJson([...keys, key], left[key], right[key], add);
  }
}

function membersOf(value: Json | undefined): Readonly<Record<string, Json | undefined>> | undefined {
  if (Array.isArray(value)) return Object.fromEntries((value as readonly Json[]).entries());
  return isJsonObject(value) ? value : undefined;
}

function shownJson(value: Json | undefined): string | undefined {
  return typeof value === "string" || value === undefined ? value : JSON.stringify(value);
}

const SHOWN_CHARACTERS_MAX = 60;
const BEFORE_DIFFERENCE = 15;

/** Around where the difference begins. */
function show(text = "", from = 0): string {
  const start = text.length <= SHOWN_CHARACTERS_MAX ? 0 : Math.max(0, from - BEFORE_DIFFERENCE);
  const end = start + SHOWN_CHARACTERS_MAX;
  const part = escapeTerminal(text.slice(start, end).toWellFormed());
  return `${start > 0 ? "..." : ""}"${part}"${end < text.length ? "..." : ""}`;
}

function firstDifference(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return at;
}
