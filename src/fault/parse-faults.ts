import { z } from "zod";
import { AegisError, type ErrorCode, explainIssues, isJsonObject, type Json } from "../kernel/index.ts";
import { CONNECT_FAULT_NAMES } from "./catalogue/connection-faults.ts";
import { faultKind } from "./catalogue/catalogue.ts";
import { durationSchema } from "./duration.ts";
import type { Fault, FaultAction, FaultSchedule } from "./fault.ts";
import { readTarget } from "./fault-target.ts";

const call = z.number().int().min(1);

/** One fault as a case file writes it. What stands under `do` is read by `parseFaults`: it depends on the fault. */
export const faultSchema = z.strictObject({
  on: z.string().min(1).max(500).describe("`tool NAME`, `model`, `http [METHOD] HOST/PATH` or `mcp SERVER`"),
  call: z
    .union([call, z.array(call).min(1).max(10_000)])
    .optional()
    .describe("which calls of the target, from 1"),
  burst: z
    .strictObject({ from: call, count: call })
    .optional()
    .describe("so many calls in a row, the first of them `from`"),
  probability: z.number().min(0).max(1).optional().describe("drawn for each call from the trial's seed"),
  window: z
    .strictObject({ from: durationSchema().default(0), to: durationSchema() })
    .optional()
    .describe("since the trial's start"),
  side: z.enum(["before", "after"]).optional().describe("`after`: the other side has done its work"),
  do: z
    .union([z.string(), z.record(z.string(), z.json())])
    .describe("a fault's name, or `{ name: value }`, or `{ name: { parameter: value } }`"),
});

/** The faults of a case. */
export const faultsSchema = z.array(faultSchema).max(1_000);

type WrittenFault = z.infer<typeof faultSchema>;

/**
 * Reads the faults of a case file.
 * @param where stands before every message, e.g. `cases/refund.yaml: world.faults`
 * @throws {AegisError} "fault.unknown", "fault.bad_target", "fault.bad_schedule", "fault.bad_parameters"
 */
export function parseFaults(json: Json, where: string): Fault[] {
  if (!Array.isArray(json)) throw new AegisError("fault.bad_parameters", `${where}: expected a list of faults`);
  return (json as readonly Json[]).map((each, index) => at(`${where}.${index}`, () => parseFault(each)));
}

function parseFault(json: Json): Fault {
  const parsed = faultSchema.safeParse(json);
  if (!parsed.success) {
    const issue = explainIssues({ schema: faultSchema, value: json, issues: parsed.error.issues });
    throw new AegisError(codeOf(String(issue.path[0] ?? "")), issue.text);
  }
  const { data } = parsed;
  return checkFault({
    on: data.on,
    when: scheduleOf(data),
    do: actionOf(data.do),
    ...(data.side && { side: data.side }),
  });
}

/**
 * A fault that can happen, with every parameter filled in.
 * @throws {AegisError} as `parseFaults` does
 */
export function checkFault(given: Omit<Fault, "side"> & Partial<Pick<Fault, "side">>): Fault {
  const kind = faultKind(given.do.kind);
  const { boundary, hasPlaceInHost } = readTarget(given.on);
  if (!kind.fits.includes(boundary)) {
    const message = `${kind.name} cannot happen on "${given.on}": it fits ${kind.fits.join(", ")}`;
    throw new AegisError("fault.bad_target", message, { details: { on: given.on, fault: kind.name } });
  }
  if (hasPlaceInHost && CONNECT_FAULT_NAMES.includes(kind.name)) {
    const message = `${kind.name} happens before a method or a path is known: give the host alone instead of "${given.on}"`;
    throw new AegisError("fault.bad_target", message, { details: { on: given.on, fault: kind.name } });
  }
  const side = given.side ?? kind.sides[0];
  if (!kind.sides.includes(side)) {
    throw badSchedule(`${kind.name} happens ${kind.sides[0]} the other side's work, never ${side} it`);
  }
  checkSchedule(given.when);
  return { on: given.on, when: given.when, side, do: { kind: kind.name, parameters: parametersOf(given.do) } };
}

function parametersOf({ kind: name, parameters }: FaultAction): FaultAction["parameters"] {
  const { parameters: schema } = faultKind(name);
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data as FaultAction["parameters"];
  const { text } = explainIssues({ schema, value: parameters, issues: parsed.error.issues });
  throw new AegisError("fault.bad_parameters", `${name}: ${text}`, { details: { fault: name } });
}

function actionOf(written: WrittenFault["do"]): FaultAction {
  if (typeof written === "string") return { kind: faultKind(written).name, parameters: {} };
  const [name, ...more] = Object.keys(written);
  if (name === undefined || more.length > 0) {
    throw new AegisError("fault.bad_parameters", "do: expected one fault, such as { timeout: 5s }");
  }
  const kind = faultKind(name);
  const value = written[name] as Json;
  const isNamed = isJsonObject(value) && Object.keys(value).every((key) => key in kind.parameters.shape);
  if (isNamed || (isJsonObject(value) && kind.short !== "answer"))
    return { kind: name, parameters: value as FaultAction["parameters"] };
  if (value === null || value === true) return { kind: name, parameters: {} };
  if (kind.short === undefined) throw new AegisError("fault.bad_parameters", `do: ${name} takes no value`);
  return { kind: name, parameters: { [kind.short]: value } };
}

function scheduleOf({ call: calls, burst, probability, window }: WrittenFault): FaultSchedule {
  return {
    ...(calls !== undefined && { call: calls }),
    ...(burst && { burst }),
    ...(probability !== undefined && { probability }),
    ...(window && { window: { fromMs: window.from, toMs: window.to } }),
  };
}

/** A schedule that no call can ever meet is a mistake of whoever wrote it. */
function checkSchedule({ call: calls, burst, probability, window }: FaultSchedule): void {
  const wanted = calls === undefined ? undefined : [calls].flat();
  const isCount = (each: number) => Number.isInteger(each) && each >= 1;
  if (wanted && (wanted.length === 0 || !wanted.every(isCount))) throw badSchedule("call: calls count from 1");
  if (burst && !(isCount(burst.from) && isCount(burst.count))) throw badSchedule("burst: from and count begin at 1");
  if (probability !== undefined && !(probability > 0 && probability <= 1)) {
    throw badSchedule(`probability: ${probability} never happens; give one above 0, up to 1`);
  }
  if (window && !(window.fromMs >= 0 && window.toMs > window.fromMs)) {
    throw badSchedule("window: it ends before it begins");
  }
  if (wanted && burst && !wanted.some((each) => each >= burst.from && each < burst.from + burst.count)) {
    throw badSchedule(`call ${wanted.join(", ")} is outside the burst of ${burst.count} calls from ${burst.from} on`);
  }
}

function badSchedule(message: string): AegisError {
  return new AegisError("fault.bad_schedule", message);
}

function codeOf(key: string): ErrorCode {
  if (key === "on") return "fault.bad_target";
  return ["call", "burst", "probability", "window", "side"].includes(key)
    ? "fault.bad_schedule"
    : "fault.bad_parameters";
}

function at<Result>(where: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AegisError)) throw error;
    const { code, message, details, fix } = error;
    throw new AegisError(code, `${where}: ${message}`, { details, fix, cause: error });
  }
}
