import { z } from "zod";
import { anyJson, idIfAny, numberIfAny, objectIfAny, textIfAny } from "./optional-json.ts";

const toolError = z.looseObject({ type: textIfAny, message: textIfAny }).nullish().catch(null);

/** The head of an Inspect log. */
export const inspectLogSchema = z.object({
  status: textIfAny,
  eval: z.object({
    task: textIfAny,
    task_id: idIfAny,
    eval_id: idIfAny,
    run_id: idIfAny,
    created: textIfAny,
    solver: textIfAny,
    model: textIfAny,
    revision: z.looseObject({ commit: textIfAny }).nullish().catch(null),
  }),
  samples: z.array(anyJson).nullish(),
});
export type InspectLog = z.infer<typeof inspectLogSchema>;

export const inspectMessageSchema = z.object({
  id: textIfAny,
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: anyJson,
  source: textIfAny,
  tool_calls: z.array(z.object({ id: idIfAny, function: z.string().min(1), arguments: anyJson })).nullish(),
  model: textIfAny,
  tool_call_id: idIfAny,
  error: toolError,
});
export type InspectMessage = z.infer<typeof inspectMessageSchema>;

/** Of the events only what tells when and at what price: model calls and tool calls. */
export const inspectEventSchema = z.looseObject({
  event: textIfAny,
  timestamp: textIfAny,
  completed: textIfAny,
  id: idIfAny,
  tools: z
    .array(z.looseObject({ name: textIfAny }))
    .nullish()
    .catch(null),
  output: z
    .looseObject({
      usage: objectIfAny,
      model: textIfAny,
      choices: z
        .array(z.looseObject({ message: z.looseObject({ id: textIfAny }).nullish().catch(null) }))
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
export type InspectEvent = z.infer<typeof inspectEventSchema>;

export const inspectScoreSchema = z.looseObject({ value: anyJson, answer: anyJson, explanation: textIfAny });

export const inspectSampleSchema = z.object({
  id: z.union([z.string(), z.number()]),
  epoch: z.number().int().nonnegative().nullish(),
  uuid: textIfAny,
  input: anyJson,
  target: anyJson,
  messages: z.array(anyJson).nullish(),
  output: z
    .looseObject({ completion: textIfAny, error: textIfAny, usage: objectIfAny, choices: anyJson, model: textIfAny })
    .nullish()
    .catch(null),
  scores: z.record(z.string(), inspectScoreSchema).nullish().catch(null),
  events: z.array(anyJson).nullish().catch(null),
  attachments: objectIfAny,
  metadata: objectIfAny,
  model_usage: objectIfAny,
  started_at: textIfAny,
  total_time: numberIfAny,
  error: z.looseObject({ message: textIfAny }).nullish().catch(null),
  limit: z.looseObject({ type: textIfAny, limit: numberIfAny }).nullish().catch(null),
});
export type InspectSample = z.infer<typeof inspectSampleSchema>;
