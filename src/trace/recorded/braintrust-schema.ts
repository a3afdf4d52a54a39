import { z } from "zod";
import { anyJson, idIfAny, objectIfAny, textIfAny } from "./optional-json.ts";

/** A row of an experiment, of logs or of a dataset: the same members, some of them left out. */
export const braintrustRowSchema = z.object({
  id: idIfAny,
  span_id: idIfAny,
  root_span_id: idIfAny,
  span_parents: z.array(z.string()).nullish().catch(null),
  span_attributes: z.looseObject({ name: textIfAny, type: textIfAny }).nullish().catch(null),
  created: textIfAny,
  input: anyJson,
  output: anyJson,
  expected: anyJson,
  error: anyJson,
  scores: objectIfAny,
  metadata: objectIfAny,
  tags: anyJson,
  metrics: objectIfAny,
  origin: objectIfAny,
});
export type BraintrustRow = z.infer<typeof braintrustRowSchema>;

/** One that says where it belongs. */
export interface BraintrustSpan extends BraintrustRow {
  readonly span_id: string;
  readonly root_span_id: string;
}

export function isBraintrustSpan(row: BraintrustRow): row is BraintrustSpan {
  return row.span_id !== null && row.root_span_id !== null;
}
