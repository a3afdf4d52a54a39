import { readFileSync } from "node:fs";
import { AegisError, isJsonObject, type Json, type JsonObject, toJson } from "../../kernel/index.ts";
import { ISOLATION_LEVELS, type IsolationLevel, LOG_SCHEMA_VERSION, type RunRecord } from "../../domain/index.ts";
import type { TrialJob, TrialPerformance } from "../../eval/index.ts";

/** A trial as it is asked of a worker: the whole input of its run. */
export interface TrialOrder {
  /** Its target's file is named from the project's root, with slashes: the worker's project lies elsewhere. */
  readonly job: TrialJob;
  /** SHA-256 of that file: a worker with another version of it would measure another agent. */
  readonly agentHash: string;
  readonly isolation: IsolationLevel;
  readonly timeoutMs: number;
  /** Variables of the worker's environment that the agent gets. */
  readonly passEnv: readonly string[];
  /** The lock of the process that waits for it: when it is gone, so is the trial's world. */
  readonly orderedBy: string;
}

/** What a worker tells of a trial besides its events. */
export interface TrialResult {
  readonly performance: TrialPerformance;
  /** What the trial had. */
  readonly isolation: IsolationLevel;
  /** Is the run's end the agent's own, or did the agent come to none? */
  readonly isOwnEnd: boolean;
}

/** The owner of the sessions that hold trials. */
export const TRIALS_OWNER = "aegis-evals";

/** Raised when orders or results are written another way. */
const REVISION = 2;

/** Of how a trial is ordered and carried out: the same Aegis on both sides, or the results are not those of a local run. */
export function trialVersion(): string {
  const own = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return `${own.version}-${LOG_SCHEMA_VERSION}.${REVISION}`;
}

export function orderJson(order: TrialOrder): Json {
  return toJson(order);
}

/** @throws {AegisError} "eval.not_taken" for a run that somebody else put there */
export function orderIn({ input, id }: RunRecord): TrialOrder {
  const order: Json | undefined = input.data;
  if (isTrialOrder(order)) return order;
  throw new AegisError("eval.not_taken", `Run ${id} orders no trial`);
}

function isTrialOrder(value: Json | undefined): value is Json & TrialOrder {
  if (!isJsonObject(value) || !isJsonObject(value["job"]) || !isJsonObject(value["job"]["target"])) return false;
  const { target, env, input, approvals } = value["job"];
  return (
    isJsonObject(target) &&
    typeof target["file"] === "string" &&
    isJsonObject(env) &&
    Array.isArray(input) &&
    Array.isArray(approvals) &&
    Array.isArray(value["passEnv"]) &&
    typeof value["agentHash"] === "string" &&
    typeof value["orderedBy"] === "string" &&
    typeof value["timeoutMs"] === "number" &&
    ISOLATION_LEVELS.some((level) => level === value["isolation"])
  );
}

export function resultJson(result: TrialResult): JsonObject {
  return { trial: toJson(result) };
}

/** Undefined when the worker went away before it could tell. */
export function resultIn(state: JsonObject): TrialResult | undefined {
  const result = state["trial"];
  return isTrialResult(result) ? result : undefined;
}

function isTrialResult(value: Json | undefined): value is Json & TrialResult {
  return isJsonObject(value) && isJsonObject(value["performance"]) && typeof value["isOwnEnd"] === "boolean";
}
