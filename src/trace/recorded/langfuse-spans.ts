import type { ObservedSpan } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import {
  langfuseExportSchema,
  type LangfuseObservation,
  langfuseObservationSchema,
  type LangfuseTrace,
  langfuseTraceSchema,
} from "./langfuse-schema.ts";
import { knownMembers } from "./optional-json.ts";
import { parseRow, UnreadableRow } from "./read-rows.ts";
import { refuseDeep } from "./refuse-deep.ts";
import { attributeText, hexId, nanosecondsOfSeconds, nanosecondsOfTime, objectText } from "./span-parts.ts";

/** An export taken apart: the trace, where it is told, and its observations, not read yet. */
export interface LangfuseExport {
  readonly trace: LangfuseTrace | undefined;
  readonly observations: readonly Json[];
}

/**
 * The spans of an export of Langfuse: `{trace, observations}`, a trace with its observations inside, one observation,
 * or a list of any. They carry Langfuse's own attribute names, beside those that the sender had set.
 *
 * @throws {UnreadableRow} for the first part that is none of these
 */
export function langfuseSpans(value: Json): ObservedSpan[] {
  return langfuseParts(value).flatMap((part) => {
    const { trace, observations } = openLangfuse(part);
    return spansOfExport(trace, observations.map(readLangfuseObservation));
  });
}

/** The exports in a list, or in a page of the API. */
export function langfuseParts(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return isJsonObject(value) && Array.isArray(value["data"]) ? (value["data"] as readonly Json[]) : [value];
}

/** @throws {UnreadableRow} for what is no export */
export function openLangfuse(value: Json): LangfuseExport {
  if (!isJsonObject(value) || !("observations" in value)) return { trace: undefined, observations: [value] };
  const { observations } = value;
  if (Array.isArray(observations) && observations.some((each) => typeof each === "string")) {
    throw new UnreadableRow("names its observations and does not hold them: export each trace as a whole");
  }
  const whole = parseRow(langfuseExportSchema, value);
  refuseDeep({ ...value, observations: [] });
  return { trace: parseRow(langfuseTraceSchema, value["trace"] ?? value), observations: whole.observations };
}

/** @throws {UnreadableRow} for what is no observation */
export function readLangfuseObservation(value: Json): LangfuseObservation {
  refuseDeep(value);
  const observation = parseRow(langfuseObservationSchema, value);
  if (nanosecondsOfTime(observation.startTime) === undefined) {
    throw new UnreadableRow(`row.startTime: ${observation.startTime.slice(0, 50)} is no time`);
  }
  return observation;
}

/** A trace without observations is one span: what went in and what came out. */
export function spansOfExport(
  trace: LangfuseTrace | undefined,
  observations: readonly LangfuseObservation[],
): ObservedSpan[] {
  if (trace && observations.length === 0) return spanOfTrace(trace);
  const ids = new Set(observations.map((each) => each.id));
  const roots = observations.filter((each) => !each.parentObservationId || !ids.has(each.parentObservationId));
  return observations.map((each) => spanOf(each, { trace, isOnlyRoot: roots.length === 1 && roots[0] === each }));
}

interface Place {
  readonly trace: LangfuseTrace | undefined;
  /** The trace's own input and output then go with it. */
  readonly isOnlyRoot: boolean;
}

function spanOf(observation: LangfuseObservation, { trace, isOnlyRoot }: Place): ObservedSpan {
  const { attributes, resource, scope } = openMetadata(observation.metadata);
  const endNs = nanosecondsOfTime(observation.endTime);
  const isError = observation.level === "ERROR";
  const message = observation.statusMessage;
  return {
    traceId: hexId(observation.traceId, 32),
    spanId: hexId(observation.id, 16),
    ...(observation.parentObservationId && { parentSpanId: hexId(observation.parentObservationId, 16) }),
    name: observation.name ?? observation.type.toLowerCase(),
    startNs: nanosecondsOfTime(observation.startTime) ?? "0",
    ...(endNs !== undefined && { endNs }),
    attributes: {
      ...attributes,
      ...(trace && traceAttributes(trace, isOnlyRoot)),
      ...observationAttributes(observation),
    },
    ...(isError && { status: { code: "error", ...(message && { message }) } }),
    resource,
    ...(scope && { scope }),
  };
}

function spanOfTrace(trace: LangfuseTrace): ObservedSpan[] {
  const startNs = nanosecondsOfTime(trace.timestamp);
  if (startNs === undefined) throw new UnreadableRow("holds no observations, and no time either");
  const { attributes, resource } = openMetadata(trace.metadata);
  const lastedNs = nanosecondsOfSeconds(typeof trace.latency === "number" ? trace.latency : 0) ?? 0;
  const own = knownMembers({
    "langfuse.observation.type": "span",
    "langfuse.observation.input": attributeText(trace.input),
    "langfuse.observation.output": attributeText(trace.output),
  });
  return [
    {
      traceId: hexId(trace.id, 32),
      spanId: hexId(`trace ${trace.id}`, 16),
      name: trace.name ?? "trace",
      startNs,
      endNs: String(BigInt(startNs) + BigInt(lastedNs)),
      attributes: { ...attributes, ...own, ...traceAttributes(trace, true) },
      resource,
    },
  ];
}

function observationAttributes(observation: LangfuseObservation): JsonObject {
  const cost = observation.totalCost ?? observation.calculatedTotalCost;
  const total = typeof cost === "number" && cost > 0 ? { total: cost } : undefined;
  return knownMembers({
    "langfuse.observation.id": observation.id,
    "langfuse.observation.type": observation.type.toLowerCase(),
    "langfuse.observation.input": attributeText(observation.input),
    "langfuse.observation.output": attributeText(observation.output),
    "langfuse.observation.level": observation.level,
    "langfuse.observation.status_message": observation.statusMessage,
    "langfuse.observation.model.name": observation.model,
    "langfuse.observation.model.parameters": objectText(observation.modelParameters),
    "langfuse.observation.usage_details": objectText(observation.usageDetails) ?? objectText(observation.usage),
    "langfuse.observation.cost_details": objectText(observation.costDetails) ?? objectText(total),
    "langfuse.observation.completion_start_time": observation.completionStartTime,
    "langfuse.observation.prompt.name": observation.promptName,
    "langfuse.observation.prompt.version": observation.promptVersion,
    "langfuse.environment": observation.environment,
    "langfuse.version": observation.version,
  });
}

function traceAttributes(trace: LangfuseTrace, isRoot: boolean): JsonObject {
  return knownMembers({
    "langfuse.trace.id": trace.id,
    "langfuse.trace.name": trace.name,
    "langfuse.trace.tags": Array.isArray(trace.tags) && trace.tags.length > 0 ? trace.tags : undefined,
    "langfuse.trace.input": isRoot ? attributeText(trace.input) : undefined,
    "langfuse.trace.output": isRoot ? attributeText(trace.output) : undefined,
    "langfuse.release": trace.release,
    "langfuse.version": trace.version,
    "langfuse.environment": trace.environment,
    "user.id": trace.userId,
    "session.id": trace.sessionId,
  });
}

/** What the sender set on a span itself is kept in the metadata, sometimes as text. */
function openMetadata(metadata: Json | undefined): {
  readonly attributes: JsonObject;
  readonly resource: JsonObject;
  readonly scope?: NonNullable<ObservedSpan["scope"]>;
} {
  const parsed = typeof metadata === "string" ? parsedObject(metadata) : metadata;
  if (!isJsonObject(parsed)) return { attributes: {}, resource: {} };
  const { attributes, resourceAttributes, scope, ...rest } = parsed;
  const name = isJsonObject(scope) && typeof scope["name"] === "string" ? scope["name"] : undefined;
  const version = isJsonObject(scope) && typeof scope["version"] === "string" ? scope["version"] : undefined;
  const other = Object.entries(rest).map(([key, value]) => [`langfuse.observation.metadata.${key}`, value] as const);
  return {
    attributes: { ...(isJsonObject(attributes) && attributes), ...Object.fromEntries(other) },
    resource: isJsonObject(resourceAttributes) ? resourceAttributes : {},
    ...(name !== undefined && { scope: { name, ...(version !== undefined && { version }) } }),
  };
}

function parsedObject(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
