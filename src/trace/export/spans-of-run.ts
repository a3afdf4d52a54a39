import { createHash } from "node:crypto";
import type { Finding, ObservedSpan, RunEvent, ValueTypes, Verdict } from "../../domain/index.ts";
import { type Id, joinPath, type Json, type JsonObject } from "../../kernel/index.ts";
import { type Span, type SpanKind, spanTree } from "../../log/index.ts";
import { evaluationsOf } from "./evaluation-events.ts";
import { nanosecondsOf } from "./nanoseconds-of.ts";

export interface RunToExport {
  readonly runId: Id<"run">;
  readonly events: readonly RunEvent[];
  /** Told as evaluation results of the run; their explanations may quote it. */
  readonly verdicts?: readonly Verdict[];
  readonly findings?: readonly Finding[];
}

export interface SpansOfRunOptions {
  /** Also what was said: prompts, answers, arguments and results. */
  readonly withContent?: boolean;
  /** Of what sends them: `service.name`, `deployment.environment.name`, ... */
  readonly resource?: JsonObject;
}

const CLIENT = 3;
const INTERNAL = 1;
const KINDS: Readonly<Record<SpanKind, number>> = {
  run: INTERNAL,
  model: CLIENT,
  tool: INTERNAL,
  http: CLIENT,
  approval: INTERNAL,
  memory: INTERNAL,
  sleep: INTERNAL,
};

/** Settings that the conventions have as doubles, though they may be whole. */
const DOUBLES = ["temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty"].map(
  (name) => `gen_ai.request.${name}`,
);

/**
 * A run's log as spans in OpenTelemetry's conventions for generative AI, the run first. Ids follow from the run's id and
 * the events' places, so a run that is sent twice is the same trace.
 * @returns nothing for an empty log; a span that did not end has no end
 */
export function spansOfRun(run: RunToExport, options: SpansOfRunOptions = {}): ObservedSpan[] {
  const { withContent = false, resource = { "service.name": "aegis" } } = options;
  const tree = spanTree(run.events, { withContent });
  if (tree === undefined) return [];
  const conversation = tree.attributes["gen_ai.conversation.id"];
  const common = { traceId: traceIdOfRun(run.runId), resource, scope: { name: "aegis" } };
  const root: ObservedSpan = {
    ...common,
    ...toldSpan(run.runId, tree),
    ...evaluationsOf({ ...run, atNs: nanosecondsOf(tree.endMs ?? tree.startMs) }),
    ...statusOf(tree.status, run.events.findLast((event) => event.type === "run.ended")?.error?.message),
  };
  const attributes = { ...root.attributes, "aegis.run.id": run.runId };
  const children = tree.children.map((child): ObservedSpan => {
    const shared = conversation === undefined ? {} : { "gen_ai.conversation.id": conversation };
    const told = toldSpan(run.runId, child, shared);
    const message = child.attributes["aegis.error.message"];
    return {
      ...common,
      parentSpanId: root.spanId,
      ...told,
      ...statusOf(child.status, typeof message === "string" ? message : undefined),
    };
  });
  return [{ ...root, attributes }, ...children];
}

/** 128 bits that follow from the run's id. */
export function traceIdOfRun(runId: Id<"run">): string {
  return createHash("sha256").update(`run ${runId}`).digest("hex").slice(0, 32);
}

/** 64 bits that follow from the run's id and the place of the event that began the span. */
function spanIdOf(runId: Id<"run">, seq: number): string {
  return createHash("sha256").update(`span ${runId} ${seq}`).digest("hex").slice(0, 16);
}

type ToldSpan = Pick<ObservedSpan, "spanId" | "name" | "kind" | "startNs" | "endNs" | "attributes" | "types">;

function toldSpan(runId: Id<"run">, span: Span, shared: JsonObject = {}): ToldSpan {
  const attributes = { ...flat(span.attributes), ...shared };
  const types = typesOf(attributes);
  return {
    spanId: spanIdOf(runId, span.seq),
    name: span.name,
    kind: KINDS[span.kind],
    startNs: nanosecondsOf(span.startMs),
    ...(span.endMs !== null && { endNs: nanosecondsOf(span.endMs) }),
    attributes,
    ...(types !== undefined && { types }),
  };
}

/** Attributes of spans are texts, numbers and lists of them: everything deeper is told as JSON text, as the conventions allow. */
function flat(attributes: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, isFlat(value) ? value : JSON.stringify(value)]),
  );
}

function isFlat(value: Json | undefined): boolean {
  if (typeof value !== "object" || value === null) return value !== null;
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function typesOf(attributes: JsonObject): ValueTypes | undefined {
  const doubles = DOUBLES.filter((name) => Number.isInteger(attributes[name]));
  if (doubles.length === 0) return undefined;
  return Object.fromEntries(doubles.map((name) => [joinPath(["attributes", name]), "double" as const]));
}

function statusOf(status: Span["status"], message: string | undefined): Pick<ObservedSpan, "status"> {
  if (status === "unfinished") return {};
  if (status === "ok") return { status: { code: "ok" } };
  return { status: { code: "error", ...(message !== undefined && { message }) } };
}
