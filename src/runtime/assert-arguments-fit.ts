import { z } from "zod";
import type { RunEvent, RunSignalBody } from "../domain/index.ts";
import { AegisError, explainIssues, type JsonObject } from "../kernel/index.ts";

type Edit = Extract<RunSignalBody, { readonly kind: "approval" }>;

/**
 * Holds arguments that a person gives against what the log says of the tool's input. What JSON Schema cannot say, and
 * logs that say nothing, are left to the tool itself: it looks again before it runs.
 * @throws {AegisError} "run.bad_arguments"
 */
export function assertArgumentsFit(events: readonly RunEvent[], { effect, arguments: given }: Edit): void {
  const asked = events.findLast((event) => event.type === "approval.requested" && event.effect === effect);
  if (given === undefined || asked?.type !== "approval.requested") return;
  const schema = readSchema(asked.inputSchema);
  const read = schema?.safeParse(given);
  if (schema === undefined || read === undefined || read.success) return;
  const { text } = explainIssues({ schema, value: given, issues: read.error.issues });
  throw new AegisError("run.bad_arguments", `The arguments do not fit the input of ${asked.tool}: ${text}`);
}

function readSchema(schema: JsonObject | undefined): z.ZodType | undefined {
  try {
    return schema && z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    // It says more than zod reads.
    return undefined;
  }
}
