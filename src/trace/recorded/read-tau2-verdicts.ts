import { z } from "zod";
import type { ExpectedOutcome, Verdict } from "../../domain/index.ts";
import { isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { badFormat } from "./bad-format.ts";
import { anyJson } from "./optional-json.ts";
import { readExpected } from "./read-expected.ts";
import type { RecordedTask } from "./recorded-trial.ts";
import { describeCall, recordedVerdict } from "./recorded-verdict.ts";

const met = z.boolean().nullish();
const text = z.string().nullish();

/** Only what is read; unknown shapes of the finer labels are passed over, the reward is not. */
export const rewardInfoSchema = z.object({
  reward: z.union([z.number(), z.boolean()]).nullish(),
  db_check: z.object({ db_match: met }).nullish().catch(null),
  action_checks: z
    .array(z.object({ action: z.object({ action_id: text, name: z.string(), arguments: anyJson }), action_match: met }))
    .nullish()
    .catch(null),
  communicate_checks: z
    .array(z.object({ info: text, met, justification: text }))
    .nullish()
    .catch(null),
  nl_assertions: z
    .array(z.object({ nl_assertion: text, met, justification: text }))
    .nullish()
    .catch(null),
  env_assertions: z
    .array(z.object({ env_assertion: z.looseObject({ func_name: text, message: text }).nullish(), met }))
    .nullish()
    .catch(null),
});
type RewardInfo = z.infer<typeof rewardInfoSchema>;

/** The finer labels of tau2-bench as verdicts that do not gate; a label that was not decided gives none. */
export function tau2Verdicts(reward: RewardInfo | null | undefined): Verdict[] {
  if (!reward) return [];
  return [
    ...label("db_check", reward.db_check?.db_match, (isMet) =>
      isMet ? "The final state equals the expected one." : "The final state differs from the expected one.",
    ),
    ...(reward.action_checks ?? []).flatMap(({ action, action_match }, index) =>
      label(`action_check.${action.action_id ?? index}`, action_match, (isMet) => {
        const call = describeCall(action.name, action.arguments);
        return isMet ? `The expected call was made: ${call}.` : `The expected call was not made exactly: ${call}.`;
      }),
    ),
    ...(reward.communicate_checks ?? []).flatMap((check, index) =>
      label(`communicate_check.${index}`, check.met, () => sentence(check.info, check.justification)),
    ),
    ...(reward.nl_assertions ?? []).flatMap((check, index) =>
      label(`nl_assertion.${index}`, check.met, () => sentence(check.nl_assertion, check.justification)),
    ),
    ...(reward.env_assertions ?? []).flatMap((check, index) =>
      label(`env_assertion.${index}`, check.met, () =>
        sentence(check.env_assertion?.func_name, check.env_assertion?.message),
      ),
    ),
  ];
}

function label(name: string, isMet: boolean | null | undefined, explain: (isMet: boolean) => string): Verdict[] {
  if (typeof isMet !== "boolean") return [];
  return [recordedVerdict(name, { isPass: isMet, score: isMet ? 1 : 0 }, explain(isMet))];
}

function sentence(subject: string | null | undefined, why: string | null | undefined): string {
  return [subject, why].filter(Boolean).join(": ") || "The recording gives no reason.";
}

/** A task, and what its file says is right. */
export interface Tau2Task extends RecordedTask {
  readonly expected?: ExpectedOutcome;
}

/** @throws {AegisError} "import.bad_format" for a task that is defined twice */
export function readTau2Tasks(file: string, tasks: readonly JsonObject[]): Map<string, Tau2Task> {
  const taskById = new Map<string, Tau2Task>();
  for (const task of tasks) {
    const id = String(task["id"]);
    if (taskById.has(id)) throw badFormat(file, `defines task ${id} twice`);
    const { user_scenario = null, ticket = null, initial_state = null, evaluation_criteria: criteria } = task;
    const { actions = null, communicate_info: told } = isJsonObject(criteria) ? criteria : {};
    const expected = readExpected(actions, told);
    const input = { user_scenario, ticket, initial_state };
    taskById.set(id, { input, solution: { actions }, ...(expected && { expected }) });
  }
  return taskById;
}
