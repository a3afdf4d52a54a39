import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { anyJson } from "./optional-json.ts";
import { badFormat, explainIssue } from "./bad-format.ts";
import { describeContent } from "./result-format.ts";
import { chatMessageSchema, readChatMessages } from "./read-chat-messages.ts";
import { readExpected } from "./read-expected.ts";
import { readSuccess, readSuccessAt, type RecordedSuccess, refuseComposite } from "./read-success.ts";
import type { RecordedEnding } from "./recorded-run.ts";
import type { RecordedFile, RecordedTask, RecordedTrial } from "./recorded-trial.ts";
import { cut, successVerdict, verdictsOfMembers } from "./recorded-verdict.ts";

const COMPONENTS_PATH = "info.reward_info.components";

const rowSchema = z.object({
  task_id: z.union([z.number(), z.string().min(1)]),
  reward: z.union([z.number(), z.boolean()]).nullish(),
  trial: z.number().int().nonnegative().nullish(),
  traj: z.array(chatMessageSchema),
  info: z.object({
    error: anyJson,
    task: z.looseObject({ instruction: z.string() }).nullish(),
    reward_info: z
      .looseObject({ info: z.looseObject({}).nullish(), components: z.looseObject({}).nullish() })
      .nullish(),
    user_cost: anyJson,
  }),
});
type Tau1Row = z.infer<typeof rowSchema>;

/**
 * tau-bench: a list of `{task_id, reward, info, traj, trial}`. A crashed run (`info.error`, empty `traj`) stays, as a
 * failed trial with the reward it was recorded with.
 *
 * @throws {AegisError} "import.bad_format"; "import.no_success_path" for a composite reward without `successPath`
 */
export function readTau1(file: string, value: Json, successPath?: string): RecordedFile {
  if (!Array.isArray(value)) throw badFormat(file, `is no tau1 list of results: ${describeContent(value)}`);
  if (value.length === 0) throw badFormat(file, "holds no results");
  if (!value.some((row) => isJsonObject(row) && "traj" in row)) {
    throw badFormat(file, `is no tau1 list of results: ${describeContent(value)}`);
  }
  const rows: readonly Json[] = value;
  if (successPath === undefined) refuseComposite(file, rows.filter(isJsonObject), COMPONENTS_PATH);
  let unpairedResultCount = 0;
  const trials = rows.map((raw, index) => {
    const where = `row ${index}`;
    const parsed = rowSchema.safeParse(raw);
    if (!parsed.success) throw badFormat(file, explainIssue(parsed.error, where), { row: index });
    const paired = readChatMessages(parsed.data.traj, { mayReorder: false });
    unpairedResultCount += paired.unpairedResultCount;
    const success = successOf({ file, where, raw, row: parsed.data, successPath });
    return { ...trialOf({ file, where, raw, row: parsed.data, success }), messages: paired.messages };
  });
  return { trials, refused: [], userToolCallCount: 0, unpairedResultCount };
}

interface Place {
  readonly file: string;
  readonly where: string;
  readonly raw: Json;
  readonly row: Tau1Row;
  readonly successPath: string | undefined;
}

function successOf({ file, where, raw, row, successPath }: Place): RecordedSuccess {
  const failure = { isPass: false, score: 0 };
  if (successPath === undefined) return readSuccess(row.reward ?? undefined) ?? failure;
  const success = readSuccessAt(raw, successPath);
  if (success) return success;
  if (crashOf(row) !== undefined || row.info.reward_info === null) return failure;
  throw badFormat(file, `${where} has no boolean and no number at ${successPath}`);
}

interface Parts {
  readonly file: string;
  readonly where: string;
  readonly raw: Json;
  readonly row: Tau1Row;
  readonly success: RecordedSuccess;
}

function trialOf({ file, where, raw, row, success }: Parts): Omit<RecordedTrial, "messages"> {
  const crash = crashOf(row);
  const isUnscored = crash === undefined && row.info.reward_info === null && !success.isPass;
  const failure = crash ?? (isUnscored ? "The conversation ended before it was scored." : undefined);
  const { actions, outputs } = (row.info.task ?? {}) as JsonObject;
  const expected = readExpected(actions, outputs);
  return {
    file,
    where,
    ownId: null,
    raw,
    caseId: String(row.task_id),
    recordedTrial: row.trial ?? null,
    task: taskOf(row),
    kind: "capability",
    tags: [],
    ...success,
    verdicts: [successVerdict(success, explain(row, crash, isUnscored)), ...finerVerdicts(row)],
    agent: { name: "imported", version: "recorded" },
    model: null,
    seed: 0,
    startedAtMs: null,
    durationMs: null,
    costUsd: null,
    ending:
      failure === undefined ? { outcome: "answered" } : failed(crash === undefined ? "NotScored" : "Crashed", failure),
    ...(expected && { expected }),
    attributes: crash === undefined ? {} : { crash: cut(crash, 2_000) },
  };
}

function failed(name: string, message: string): RecordedEnding {
  return { outcome: "failed", error: { name, message: cut(message, 2_000) } };
}

function crashOf(row: Tau1Row): string | undefined {
  const { error } = row.info;
  if (error === undefined || error === null) return undefined;
  return typeof error === "string" ? error : JSON.stringify(error);
}

function explain(row: Tau1Row, crash: string | undefined, isUnscored: boolean): string {
  const reward = `Recorded reward ${String(row.reward ?? "none")}`;
  if (crash !== undefined) return `${reward}: the recorded run crashed before it was scored (${crash})`;
  if (isUnscored) return `${reward}: the conversation ended before it was scored.`;
  return `${reward}.`;
}

/** Which part failed: the final state (`r_actions`), the answers (`r_outputs`), the parts of a composite. */
function finerVerdicts(row: Tau1Row) {
  const { info, components } = row.info.reward_info ?? {};
  return [
    ...verdictsOfMembers("reward_info", (info ?? {}) as JsonObject),
    ...verdictsOfMembers("component", (components ?? {}) as JsonObject),
  ];
}

function taskOf(row: Tau1Row): RecordedTask | null {
  const task = row.info.task as JsonObject | null | undefined;
  if (!task) return null;
  const { actions = null, outputs = null, ...input } = task;
  return { input, solution: { actions, outputs } };
}
