import type { ObservedSpan } from "../../domain/index.ts";
import { canonicalJson, type Json } from "../../kernel/index.ts";
import { readSpan } from "../dialects/read-span.ts";
import type { SpanReading } from "../span-reading.ts";

/** A span in its place. */
export interface SpanNode {
  readonly span: ObservedSpan;
  readonly reading: SpanReading;
  /** Nanoseconds since the epoch; of a span that tells no time, its parent's. */
  readonly startNs: bigint;
  /** Undefined for a span that has not ended; never before its start. */
  readonly endNs: bigint | undefined;
  readonly parent: SpanNode | undefined;
  readonly depth: number;
  /** In order of start. */
  readonly children: readonly SpanNode[];
}

/** What was odd about a trace's spans: nothing of it keeps the log from being read. */
export interface SpanRemarks {
  /** Spans that came more than once. */
  readonly duplicates: number;
  /** Spans whose parent is not there (yet). */
  readonly orphans: number;
  /** Circles of parents that were cut. */
  readonly cycles: number;
  /** Spans without a time, that end before they start, or that start before their parent. */
  readonly clockFaults: number;
  readonly unfinished: number;
}

export interface SpanForest {
  /** In order of start, then of id. */
  readonly nodes: readonly SpanNode[];
  readonly roots: readonly SpanNode[];
  readonly remarks: SpanRemarks;
}

type Building = { -readonly [Key in keyof SpanNode]: SpanNode[Key] } & {
  children: Building[];
  parent: Building | undefined;
};

/** The spans of a trace as trees, the same whichever way and how often they came. */
export function buildForest(spans: readonly ObservedSpan[]): SpanForest {
  const unique = uniqueSpans(spans);
  const nodes = unique.map(startNode);
  const orphans = linkParents(nodes);
  const faults = nodes.filter(isFaulty).length;
  giveTimes(nodes);
  nodes.sort(byStart);
  const cycles = cutCycles(nodes);
  const early = nodes.filter((node) => node.parent !== undefined && node.startNs < node.parent.startNs).length;
  for (const node of nodes) node.parent?.children.push(node);
  const roots = nodes.filter(({ parent }) => parent === undefined);
  measureDepth(roots);
  return {
    nodes,
    roots,
    remarks: {
      duplicates: spans.length - unique.length,
      orphans,
      cycles,
      clockFaults: faults + early,
      unfinished: nodes.filter(({ endNs }) => endNs === undefined).length,
    },
  };
}

function byStart(left: SpanNode, right: SpanNode): number {
  if (left.startNs !== right.startNs) return left.startNs < right.startNs ? -1 : 1;
  return left.span.spanId < right.span.spanId ? -1 : left.span.spanId === right.span.spanId ? 0 : 1;
}

/** The roots first, then what is right below them; of one depth in their order. */
export function rootsFirst(nodes: readonly SpanNode[]): SpanNode[] {
  const levels: SpanNode[][] = [];
  for (const node of nodes) {
    const level = levels[node.depth];
    if (level === undefined) levels[node.depth] = [node];
    else level.push(node);
  }
  return levels.flat();
}

/** The nearest node above that is so; undefined where there is none. */
export function nearestAbove(node: SpanNode, isSo: (above: SpanNode) => boolean): SpanNode | undefined {
  let above = node.parent;
  while (above !== undefined && !isSo(above)) above = above.parent;
  return above;
}

/** So few are looked through: a map would keep each id in the engine's table of names, and clean it away again. */
const FEW = 24;

/** Among the first ones. */
function lookUp(spans: readonly ObservedSpan[], count: number, spanId: string): number | undefined {
  for (let index = 0; index < count; index += 1) if (spans[index]?.spanId === spanId) return index;
  return undefined;
}

/** Of several tellings of one span the one that has ended, else the same one each time. */
function uniqueSpans(spans: readonly ObservedSpan[]): readonly ObservedSpan[] {
  if (spans.length <= FEW && spans.every((span, index) => lookUp(spans, index, span.spanId) === undefined))
    return spans;
  const byId = new Map<string, ObservedSpan>();
  for (const span of spans) {
    const known = byId.get(span.spanId);
    if (known === undefined || (known !== span && isLater(span, known))) byId.set(span.spanId, span);
  }
  return [...byId.values()];
}

function isLater(span: ObservedSpan, known: ObservedSpan): boolean {
  const hasEnd = span.endNs !== undefined;
  if (hasEnd !== (known.endNs !== undefined)) return hasEnd;
  return canonicalJson(span as unknown as Json) > canonicalJson(known as unknown as Json);
}

/** Zero is what OTLP writes for a time nobody set. */
function timeOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return undefined;
  const time = BigInt(text);
  return time === 0n ? undefined : time;
}

const UNKNOWN_TIME = -1n;

function startNode(span: ObservedSpan): Building {
  return {
    span,
    reading: readSpan(span),
    startNs: timeOf(span.startNs) ?? UNKNOWN_TIME,
    endNs: timeOf(span.endNs),
    parent: undefined,
    depth: 0,
    children: [],
  };
}

function isFaulty({ startNs, endNs }: Building): boolean {
  return startNs === UNKNOWN_TIME || (endNs !== undefined && endNs < startNs);
}

function linkParents(nodes: readonly Building[]): number {
  const byId = nodes.length <= FEW ? undefined : new Map(nodes.map((node) => [node.span.spanId, node]));
  let orphans = 0;
  for (const node of nodes) {
    const { parentSpanId } = node.span;
    if (parentSpanId === undefined || parentSpanId === "") continue;
    node.parent = byId === undefined ? nodes.find(({ span }) => span.spanId === parentSpanId) : byId.get(parentSpanId);
    if (node.parent === undefined) orphans += 1;
  }
  return orphans;
}

/** A span without a start began when the nearest one above it did, or when the trace did. */
function giveTimes(nodes: readonly Building[]): void {
  if (nodes.some(({ startNs }) => startNs === UNKNOWN_TIME)) giveStarts(nodes);
  for (const node of nodes) if (node.endNs !== undefined && node.endNs < node.startNs) node.endNs = node.startNs;
}

function giveStarts(nodes: readonly Building[]): void {
  const told = nodes.map(({ startNs }) => startNs).filter((time) => time !== UNKNOWN_TIME);
  const first = told.reduce((least, time) => (time < least ? time : least), told[0] ?? 0n);
  const given = nodes.map((node) => (node.startNs === UNKNOWN_TIME ? (timeAbove(node) ?? first) : node.startNs));
  for (const [index, node] of nodes.entries()) node.startNs = given[index] ?? first;
}

function timeAbove(node: Building): bigint | undefined {
  const seen = new Set<Building>();
  for (let above = node.parent; above !== undefined && !seen.has(above); above = above.parent) {
    if (above.startNs !== UNKNOWN_TIME) return above.startNs;
    seen.add(above);
  }
  return undefined;
}

/** A circle of parents is cut where it is first met. @param nodes in order of start */
function cutCycles(nodes: readonly Building[]): number {
  const settled = new Set<Building>();
  let cycles = 0;
  for (const node of nodes) {
    if (node.parent === undefined || settled.has(node.parent)) {
      settled.add(node);
      continue;
    }
    const path = new Set<Building>();
    let here: Building | undefined = node;
    while (here !== undefined && !settled.has(here) && !path.has(here)) {
      path.add(here);
      here = here.parent;
    }
    if (here !== undefined && path.has(here)) {
      here.parent = undefined;
      cycles += 1;
    }
    for (const each of path) settled.add(each);
  }
  return cycles;
}

function measureDepth(roots: readonly Building[]): void {
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    node.depth = node.parent === undefined ? 0 : node.parent.depth + 1;
    for (const child of node.children) waiting.push(child);
  }
}
