import type { SourceReference } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { fuller } from "../dialects/merge-readings.ts";
import type { ModelReading, RetrievedDocument, ToolReading } from "../span-reading.ts";
import type { Effect, ModelEffect, ToolEffect } from "./effect.ts";
import { nearestAbove, rootsFirst, type SpanForest, type SpanNode } from "./span-forest.ts";

/**
 * Which spans are effects. A model call around a model call, a tool around the same tool, a search inside a search or a
 * tool tell one thing twice: one effect, filled from both. What else wraps makes none.
 */
export function chooseEffects({ nodes }: SpanForest): Effect[] {
  const models = chooseModels(nodes);
  fillFromWrappers(models);
  return [...models, ...chooseTools(nodes)];
}

function chooseModels(nodes: readonly SpanNode[]): ModelEffect[] {
  const effects = new Map<SpanNode, ModelEffect>();
  /** What a node's inner nodes gave, up to the next agent or tool. */
  const inner = new Map<SpanNode, ModelEffect[]>();
  const hasModelBelow = new Set<SpanNode>();
  for (const node of rootsFirst(nodes.toReversed()).reverse()) {
    const found = inner.get(node) ?? [];
    const own = modelOf(node, found, hasModelBelow.has(node));
    if (own !== undefined) effects.set(own.node, own);
    const given = own === undefined ? found : [own];
    const { parent } = node;
    if (parent === undefined) continue;
    if (own !== undefined || hasModelBelow.has(node)) hasModelBelow.add(parent);
    const isBorder = node.reading.kind === "agent" || node.reading.kind === "tool";
    if (isBorder) continue;
    const above = listAt(inner, parent);
    for (const each of given) above.push(each);
  }
  return [...effects.values()];
}

function listAt<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** @returns undefined where the node is no model call, or only wraps several */
function modelOf(node: SpanNode, inner: readonly ModelEffect[], hasModelBelow: boolean): ModelEffect | undefined {
  const { kind, model, error } = node.reading;
  const { startNs, endNs } = node;
  if (kind === "model" && model !== undefined) {
    const [only, ...more] = inner;
    if (only === undefined) return { kind, node, startNs, endNs, reading: model, error };
    return more.length > 0 ? undefined : { ...only, reading: fillModel(only.reading, model) };
  }
  // Some agents tell their model calls in sum, on their own span.
  const isSum = kind === "agent" && !hasModelBelow && (model?.usage !== undefined || model?.output !== undefined);
  return isSum && model !== undefined ? { kind: "model", node, startNs, endNs, reading: model, error } : undefined;
}

function fillModel(inner: ModelReading, outer: ModelReading): ModelReading {
  const input = fuller(inner.input, outer.input);
  const output = fuller(inner.output?.slice(0, 1), outer.output?.slice(0, 1));
  return { ...outer, ...inner, ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
}

/** Content may be told on the agent's span alone: its input is the first prompt, its answer the last one's. */
function fillFromWrappers(models: readonly ModelEffect[]): void {
  const firsts = new Set<SpanNode>();
  const lasts = new Set<SpanNode>();
  const inOrder = models.toSorted(byTime);
  for (const effect of inOrder) fillFromAbove(effect, firsts, "input");
  for (const effect of inOrder.reverse()) fillFromAbove(effect, lasts, "output");
}

function fillFromAbove(effect: ModelEffect, taken: Set<SpanNode>, side: "input" | "output"): void {
  for (let above = effect.node.parent; above !== undefined; above = above.parent) {
    if (taken.has(above)) return;
    taken.add(above);
    const messages = above.reading[side]?.messages;
    if (messages === undefined || effect.reading[side] !== undefined) continue;
    if (side === "input") effect.reading = { ...effect.reading, input: messages };
    const last = messages.at(-1);
    if (side === "output" && last?.role === "assistant" && effect.error === undefined) {
      effect.reading = { ...effect.reading, output: [last] };
    }
  }
}

function byTime(left: ModelEffect, right: ModelEffect): number {
  if (left.startNs !== right.startNs) return left.startNs < right.startNs ? -1 : 1;
  return left.node.span.spanId < right.node.span.spanId ? -1 : 1;
}

function chooseTools(nodes: readonly SpanNode[]): ToolEffect[] {
  const effects = new Map<SpanNode, ToolEffect>();
  const isTool = ({ reading }: SpanNode) => reading.kind === "tool" || reading.kind === "retrieval";
  for (const node of rootsFirst(nodes.filter(isTool))) {
    const effect = node.reading.kind === "tool" ? toolEffect(node, node.reading.tool ?? {}) : searchEffect(node);
    const around = repeatedBy(node, effects);
    if (around === undefined) effects.set(node, effect);
    else {
      fillTool(around, effect);
      effects.set(node, around);
    }
  }
  return [...new Set(effects.values())];
}

/** The tool or search around this one that tells the same call. */
function repeatedBy(node: SpanNode, effects: ReadonlyMap<SpanNode, ToolEffect>): ToolEffect | undefined {
  const above = nearestAbove(node, ({ reading }) => reading.kind !== "other");
  if (above === undefined) return undefined;
  if (node.reading.kind === "retrieval") return effects.get(above);
  const isSame = above.reading.kind === "tool" && (above.reading.tool?.name ?? "") === (node.reading.tool?.name ?? "");
  return isSame ? effects.get(above) : undefined;
}

/** A search in a tool gives it its sources; what the tool was asked and gave is its own. */
function fillTool(around: ToolEffect, inner: ToolEffect): void {
  around.sources = [...around.sources, ...inner.sources];
  if (inner.node?.reading.kind !== around.node?.reading.kind) return;
  around.callId ||= inner.callId;
  around.arguments ??= inner.arguments;
  around.result ??= inner.result;
  around.error ??= inner.error;
}

function toolEffect(node: SpanNode, tool: ToolReading): ToolEffect {
  return {
    kind: "tool",
    node,
    startNs: node.startNs,
    endNs: node.endNs,
    tool: tool.name ?? node.span.name.replace(/^(execute_tool|running tool:?|tools\/call)\s+/, ""),
    callId: tool.callId ?? "",
    arguments: tool.arguments,
    result: tool.result,
    error: node.reading.error,
    sources: [],
    requestedBy: undefined,
    requestIndex: 0,
  };
}

function searchEffect(node: SpanNode): ToolEffect {
  const { query, documents = [] } = node.reading.retrieval ?? {};
  const tool: ToolReading = {
    name: node.span.name.replace(/^(retrieval|retrieve)\s+/, ""),
    ...(query !== undefined && { arguments: { query } }),
    ...(node.endNs !== undefined && { result: documents.map(documentJson) }),
  };
  return { ...toolEffect(node, tool), sources: documents.flatMap(sourceOf) };
}

function documentJson(document: RetrievedDocument): Json {
  const members: JsonObject = { ...document };
  return members;
}

function sourceOf({ id, version, updatedAtMs }: RetrievedDocument): SourceReference[] {
  if (id === undefined) return [];
  return [{ id, ...(version !== undefined && { version }), ...(updatedAtMs !== undefined && { updatedAtMs }) }];
}
