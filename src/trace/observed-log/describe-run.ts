import type { EffectError, RunEvent } from "../../domain/index.ts";
import { LOG_SCHEMA_VERSION } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { pickText } from "../messages/pick.ts";
import type { OfferedTool } from "../span-reading.ts";
import type { Effect } from "./effect.ts";
import { rootsFirst, type SpanForest, type SpanNode } from "./span-forest.ts";

type Started = Omit<RunEvent<"run.started">, "seq" | "atMs" | "witness">;

/** Of a resource: what tells runs apart in lists; the rest stays in the spans. */
const RESOURCE =
  /^(service\.(name|version|namespace)|deployment\.environment(\.name)?|telemetry\.sdk\.(language|name))$/;

export function describeStart(forest: SpanForest, effects: readonly Effect[]): Started {
  const nodes = rootsFirst(forest.nodes);
  const session = firstOf(nodes, ({ reading }) => reading.session);
  const user = firstOf(nodes, ({ reading }) => reading.user);
  const root = nodes.find(({ span }) => Object.keys(span.resource).length > 0) ?? nodes[0];
  const resource = Object.entries(root?.span.resource ?? {}).filter(([name]) => RESOURCE.test(name));
  const tools = offeredTools(effects);
  const attributes: JsonObject = {
    traceId: nodes[0]?.span.traceId ?? "",
    ...(session !== undefined && { session }),
    ...(tools.length > 0 && { tools: tools.map((tool): JsonObject => ({ ...tool })) }),
    ...(resource.length > 0 && { resource: Object.fromEntries(resource) }),
  };
  return {
    type: "run.started",
    schemaVersion: LOG_SCHEMA_VERSION,
    agent: { name: agentName(nodes), version: agentVersion(nodes) },
    origin: "observed",
    ...(user !== undefined && { user: { id: user, grants: [] } }),
    attributes,
  };
}

/** How the run ended; undefined where nothing in the trace says it. */
export function describeEnd(forest: SpanForest, { hasAnswer, last }: { hasAnswer: boolean; last: Effect | undefined }) {
  const roots = forest.roots.filter(({ span }) => span.parentSpanId === undefined || span.parentSpanId === "");
  if (roots.length > 0 && roots.every(({ endNs }) => endNs === undefined)) return undefined;
  const error = roots.map(({ reading }) => reading.error).find((each) => each !== undefined);
  if (error !== undefined) return { outcome: outcomeOf(error), error };
  if (hasAnswer) return { outcome: "answered" as const };
  const failure = last?.error;
  return failure === undefined ? undefined : { outcome: "failed" as const, error: failure };
}

function outcomeOf({ name }: EffectError): "failed" | "cancelled" | "timeout" {
  if (/(^|\.)(AbortError|cancell?ed(Error|Exception)?|CancellationError)$/i.test(name)) return "cancelled";
  return /(^|\.)timeout(Error|Exception)?$/i.test(name) ? "timeout" : "failed";
}

/** @param nodes from the root down */
function agentName(nodes: readonly SpanNode[]): string {
  const agents = nodes.filter(({ reading }) => reading.kind === "agent");
  return (
    firstOf(agents, ({ reading }) => reading.agent?.name) ??
    firstOf(nodes, ({ reading }) => reading.agent?.name) ??
    firstOf(agents, ({ span }) => nameInSpan(span.name)) ??
    firstOf(nodes, ({ span }) => serviceName(span.resource)) ??
    "unknown"
  );
}

/** `invoke_agent planner` and `agent_run [planner]` are of the planner; an operation alone is nobody's name. */
function nameInSpan(name: string): string | undefined {
  const inner = /\[([^\]]+)\]\s*$/.exec(name)?.[1] ?? name.replace(/^invoke_agent\s*/, "");
  return inner === "" || /^ai\.\w/.test(inner) ? undefined : inner;
}

/** SDKs make up a name where nobody gave one. */
function serviceName(resource: JsonObject): string | undefined {
  const name = pickText(resource, ["service.name"]);
  return name === undefined || name.startsWith("unknown_service") ? undefined : name;
}

function agentVersion(nodes: readonly SpanNode[]): string {
  const told = firstOf(nodes, ({ reading }) => reading.agent?.version);
  return told ?? firstOf(nodes, ({ span }) => pickText(span.resource, ["service.version"])) ?? "unknown";
}

function firstOf<Value>(nodes: readonly SpanNode[], value: (node: SpanNode) => Value | undefined): Value | undefined {
  for (const node of nodes) {
    const found = value(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every tool that any model call was offered; of two tellings the one with a schema. */
function offeredTools(effects: readonly Effect[]): OfferedTool[] {
  const byName = new Map<string, OfferedTool>();
  for (const effect of effects) {
    if (effect.kind !== "model") continue;
    for (const tool of effect.reading.tools ?? []) {
      const known = byName.get(tool.name);
      if (known === undefined || (known.inputSchema === undefined && tool.inputSchema !== undefined)) {
        byName.set(tool.name, tool);
      }
    }
  }
  return [...byName.values()];
}
