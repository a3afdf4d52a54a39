import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { anyJson, idIfAny, textIfAny } from "./optional-json.ts";

export const langfuseScoreSchema = z.looseObject({
  name: z.string(),
  value: anyJson,
  stringValue: textIfAny,
  comment: textIfAny,
  source: textIfAny,
});

export const langfuseTraceSchema = z.looseObject({
  id: z.string().min(1),
  name: textIfAny,
  timestamp: textIfAny,
  userId: idIfAny,
  sessionId: idIfAny,
  environment: textIfAny,
  release: textIfAny,
  version: textIfAny,
  tags: anyJson,
  input: anyJson,
  output: anyJson,
  metadata: anyJson,
  latency: anyJson,
  scores: z.array(anyJson).nullish().catch(null),
});
export type LangfuseTrace = z.infer<typeof langfuseTraceSchema>;

/** Observations beside a trace, or inside of it. */
export const langfuseExportSchema = z.looseObject({
  observations: z.array(z.custom<JsonObject>(isJsonObject, "is no object")),
});

export const langfuseObservationSchema = z.looseObject({
  id: z.string().min(1),
  traceId: z.string().min(1),
  parentObservationId: textIfAny,
  type: z.string(),
  name: textIfAny,
  startTime: z.string(),
  endTime: textIfAny,
  completionStartTime: textIfAny,
  level: textIfAny,
  statusMessage: textIfAny,
  version: textIfAny,
  environment: textIfAny,
  model: textIfAny,
  modelParameters: anyJson,
  input: anyJson,
  output: anyJson,
  metadata: anyJson,
  usageDetails: anyJson,
  usage: anyJson,
  costDetails: anyJson,
  totalCost: anyJson,
  calculatedTotalCost: anyJson,
  promptName: textIfAny,
  promptVersion: anyJson,
});
export type LangfuseObservation = z.infer<typeof langfuseObservationSchema>;
