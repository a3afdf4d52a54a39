import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { badFormat, explainIssue } from "./bad-format.ts";
import { describeContent } from "./result-format.ts";
import { numberIfAny, priceIfAny, textIfAny } from "./optional-json.ts";
import { pairToolResults } from "./pair-tool-results.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { readSuccess, readSuccessAt, type RecordedSuccess, refuseComposite } from "./read-success.ts";
import { flattenTau2Messages, knownCost, tau2MessageSchema } from "./read-tau2-messages.ts";
import { readTau2Tasks, rewardInfoSchema, type Tau2Task, tau2Verdicts } from "./read-tau2-verdicts.ts";
import type { RecordedFile, RecordedTrial } from "./recorded-trial.ts";
import { successVerdict } from "./recorded-verdict.ts";

const partySchema = z
  .looseObject({ implementation: textIfAny, llm: textIfAny, llm_args: z.looseObject({}).nullish() })
  .nullish();

const infoSchema = z.object({
  git_commit: textIfAny,
  seed: numberIfAny,
  agent_info: partySchema,
  user_info: partySchema,
  environment_info: z.object({ domain_name: textIfAny, policy: textIfAny }).nullish(),
});

const simulationSchema = z.object({
  id: textIfAny,
  task_id: z.union([z.string().min(1), z.number()]),
  trial: z.number().int().nonnegative().nullish(),
  seed: numberIfAny,
  start_time: textIfAny,
  end_time: textIfAny,
  duration: z.number().nonnegative().nullish().catch(null),
  termination_reason: textIfAny,
  agent_cost: priceIfAny,
  user_cost: priceIfAny,
  reward_info: rewardInfoSchema.nullish(),
  messages: z.array(tau2MessageSchema).nullish(),
});
type Simulation = z.infer<typeof simulationSchema>;

const fileSchema = z.object({
  info: infoSchema.nullish(),
  tasks: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })).nullish(),
  simulations: z.array(z.custom<JsonObject>(isJsonObject, "is no object")),
});
type Info = z.infer<typeof infoSchema>;

/** How a conversation ends when nothing went wrong. */
const GOOD_ENDINGS = new Set(["user_stop", "agent_stop"]);

/**
 * tau2-bench: `{info, tasks, simulations}`. Calls with `requestor: "user"` are the simulated user's own tools; they
 * and their results are left out and counted.
 *
 * @throws {AegisError} "import.bad_format"; "import.no_success_path" for a composite reward without `successPath`
 */
export function readTau2(file: string, value: Json, successPath?: string): RecordedFile {
  if (!isJsonObject(value) || !Array.isArray(value["simulations"])) {
    throw badFormat(file, `is no tau2 result file: ${describeContent(value)}`);
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) throw badFormat(file, explainIssue(parsed.error, "file"));
  const { info, tasks, simulations } = parsed.data;
  if (simulations.length === 0) throw badFormat(file, "holds no simulations");
  if (successPath === undefined) refuseComposite(file, simulations, "reward_info.components");
  const taskById = readTau2Tasks(file, (tasks ?? []) as JsonObject[]);
  let unpairedResultCount = 0;
  let userToolCallCount = 0;
  const trials = simulations.map((raw, index) => {
    const where = `simulations[${index}]`;
    const { data: simulation, error } = simulationSchema.safeParse(raw);
    if (error) throw badFormat(file, explainIssue(error, where), { simulation: index });
    const flat = flattenTau2Messages(simulation.messages ?? []);
    const paired = pairToolResults(flat.messages);
    unpairedResultCount += paired.unpairedResultCount;
    userToolCallCount += flat.userToolCallCount;
    const success = successOf({ file, where, raw, simulation, successPath });
    const task = taskById.get(String(simulation.task_id)) ?? null;
    const trial = trialOf({ file, where, raw, simulation, info: info ?? {}, success, task });
    const attributes = { ...trial.attributes, userToolCallCount: flat.userToolCallCount };
    return { ...trial, messages: paired.messages, attributes };
  });
  return { trials, refused: [], userToolCallCount, unpairedResultCount };
}

interface Place {
  readonly file: string;
  readonly where: string;
  readonly raw: Json;
  readonly simulation: Simulation;
  readonly successPath: string | undefined;
}

/** A simulation that was never scored (`reward_info` null) failed, whatever the path. */
function successOf({ file, where, raw, simulation, successPath }: Place): RecordedSuccess {
  const failure = { isPass: false, score: 0 };
  if (successPath === undefined) return readSuccess(simulation.reward_info?.reward ?? undefined) ?? failure;
  const success = readSuccessAt(raw, successPath);
  if (success || simulation.reward_info === null) return success ?? failure;
  throw badFormat(file, `${where} has no boolean and no number at ${successPath}`);
}

interface Parts {
  readonly file: string;
  readonly where: string;
  readonly raw: Json;
  readonly simulation: Simulation;
  readonly info: Info;
  readonly success: RecordedSuccess;
  readonly task: Tau2Task | null;
}

function trialOf({ file, where, raw, simulation, info, success, task }: Parts): Omit<RecordedTrial, "messages"> {
  const domain = info.environment_info?.domain_name;
  const startedAtMs = parseRecordedTime(simulation.start_time);
  return {
    file,
    where,
    ownId: simulation.id ?? null,
    raw,
    caseId: String(simulation.task_id),
    recordedTrial: simulation.trial ?? null,
    task,
    kind: "capability",
    tags: domain ? [domain] : [],
    ...success,
    verdicts: [successVerdict(success, explain(simulation)), ...tau2Verdicts(simulation.reward_info)],
    agent: { name: info.agent_info?.implementation ?? "imported", version: info.git_commit ?? "recorded" },
    model: info.agent_info?.llm ?? null,
    ...(info.agent_info?.llm_args && { settings: info.agent_info.llm_args as JsonObject }),
    seed: simulation.seed ?? info.seed ?? 0,
    startedAtMs,
    durationMs: durationOf(simulation, startedAtMs),
    costUsd: knownCost(
      simulation.agent_cost,
      (simulation.messages ?? []).some((message) => message.role === "assistant" && message.usage),
    ),
    ending: endingOf(simulation.termination_reason),
    ...(task?.expected && { expected: task.expected }),
    attributes: {
      simulationId: simulation.id ?? null,
      terminationReason: simulation.termination_reason ?? null,
      domain: domain ?? null,
      userModel: info.user_info?.llm ?? null,
      userCostUsd: simulation.user_cost ?? null,
      policy: info.environment_info?.policy ?? null,
    },
  };
}

function durationOf(simulation: Simulation, startedAtMs: number | null): number | null {
  if (typeof simulation.duration === "number") return Math.round(simulation.duration * 1_000);
  const endedAtMs = parseRecordedTime(simulation.end_time);
  return startedAtMs === null || endedAtMs === null ? null : Math.max(0, endedAtMs - startedAtMs);
}

export function endingOf(reason: string | null | undefined): RecordedTrial["ending"] {
  if (!reason || GOOD_ENDINGS.has(reason)) return { outcome: "answered" };
  return { outcome: "failed", error: { name: reason, message: `The recorded conversation ended by ${reason}.` } };
}

function explain({ reward_info: reward, termination_reason: reason }: Simulation): string {
  const ending = reason && !GOOD_ENDINGS.has(reason) ? `; the conversation ended by ${reason}` : "";
  if (!reward) return `The recording holds no reward: the trial was never scored${ending}.`;
  return `Recorded reward ${String(reward.reward ?? "none")}${ending}.`;
}
