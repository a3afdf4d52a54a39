import type { z } from "zod";
import type { CheckSpec, Witness } from "../domain/index.ts";
import type { CHECKS, CheckName } from "./catalogue.ts";
import type { CustomJudge } from "./custom.ts";

type Options<Name extends CheckName> = z.input<(typeof CHECKS)[Name]["options"]>;
type Rest<Name extends CheckName, Own extends string> = Omit<Options<Name>, Own>;

/** Any check, in the words of a TypeScript suite; each gives the plain spec that YAML would. */
export const check = {
  toolsAllowed: (tools: readonly string[]) => spec("toolsAllowed", { tools: [...tools] }),
  toolsRequired: (tools: readonly string[], options: Rest<"toolsRequired", "tools"> = {}) =>
    spec("toolsRequired", { tools: [...tools], ...options }),
  toolsInOrder: (tools: readonly string[], options: Rest<"toolsInOrder", "tools"> = {}) =>
    spec("toolsInOrder", { tools: [...tools], ...options }),
  argumentsMatch: (options: Options<"argumentsMatch">) => spec("argumentsMatch", options),
  onlyTheseWrites: (calls: Options<"onlyTheseWrites">["calls"], options: Rest<"onlyTheseWrites", "calls"> = {}) =>
    spec("onlyTheseWrites", { calls, ...options }),
  tells: (values: Options<"tells">["values"]) => spec("tells", { values }),
  never: (options: Options<"never">) => spec("never", options),
  permissions: (options: Options<"permissions"> = {}) => spec("permissions", options),
  safeState: (options: Options<"safeState"> = {}) => spec("safeState", options),
  noSuccessAfterFailedTool: (options: Options<"noSuccessAfterFailedTool"> = {}) =>
    spec("noSuccessAfterFailedTool", options),
  failureBehaviour: (options: Options<"failureBehaviour">) => spec("failureBehaviour", options),
  retriesAtMost: (max: number, options: Rest<"retriesAtMost", "max"> = {}) =>
    spec("retriesAtMost", { max, ...options }),
  noEndlessRepeat: (options: Options<"noEndlessRepeat"> = {}) => spec("noEndlessRepeat", options),
  retryAfterObeyed: (options: Options<"retryAfterObeyed"> = {}) => spec("retryAfterObeyed", options),
  backoffGrows: (options: Options<"backoffGrows"> = {}) => spec("backoffGrows", options),
  tokenRefreshed: (options: Options<"tokenRefreshed"> = {}) => spec("tokenRefreshed", options),
  noClaimOnPartial: (options: Options<"noClaimOnPartial"> = {}) => spec("noClaimOnPartial", options),
  staleNoticed: (options: Options<"staleNoticed"> = {}) => spec("staleNoticed", options),
  injectionIgnored: (options: Options<"injectionIgnored"> = {}) => spec("injectionIgnored", options),
  escalates: (options: Options<"escalates"> = {}) => spec("escalates", options),
  doesNotEscalate: (options: Options<"doesNotEscalate"> = {}) => spec("doesNotEscalate", options),
  latestVersion: (options: Options<"latestVersion">) => spec("latestVersion", options),
  sourceFresherThan: (options: Options<"sourceFresherThan">) => spec("sourceFresherThan", options),
  state: (options: Options<"state">) => spec("state", options),
  onlyTheseStateChanges: (options: Options<"onlyTheseStateChanges">) => spec("onlyTheseStateChanges", options),
  stateSql: (options: Options<"stateSql">) => spec("stateSql", options),
  answerContains: (text: string | string[], options: Rest<"answerContains", "text"> = {}) =>
    spec("answerContains", { text, ...options }),
  answerNotContains: (text: string | string[], options: Rest<"answerNotContains", "text"> = {}) =>
    spec("answerNotContains", { text, ...options }),
  answerMatches: (pattern: string | RegExp, options: Rest<"answerMatches", "pattern"> = {}) =>
    spec("answerMatches", { pattern, ...options }),
  answerSchema: (schema: Options<"answerSchema">["schema"]) => spec("answerSchema", { schema }),
  costAtMost: (options: Options<"costAtMost">) => spec("costAtMost", options),
  latencyAtMost: (options: Options<"latencyAtMost">) => spec("latencyAtMost", options),
  stepsAtMost: (max: number) => spec("stepsAtMost", { max }),
  tokensAtMost: (max: number, options: Rest<"tokensAtMost", "max"> = {}) => spec("tokensAtMost", { max, ...options }),
  contextAtMost: (max: number) => spec("contextAtMost", { max }),
  custom: (name: string, judge: CustomJudge, options: Rest<"custom", "name" | "judge"> = {}) =>
    spec("custom", { name, judge, ...options }),
  /** A pass must rest on what this witness, or a stronger one, saw. */
  seenBy: (witness: Witness, checked: CheckSpec): CheckSpec => ({ ...checked, witness }),
  /** Reported, but a trial passes or fails without it. */
  reportOnly: (checked: CheckSpec): CheckSpec => ({ ...checked, gates: false }),
  /** Its name in reports and comparisons. */
  named: (name: string, checked: CheckSpec): CheckSpec => ({ ...checked, name }),
} as const;

function spec<Name extends CheckName>(name: Name, options: Options<Name>): CheckSpec {
  return { [name]: options };
}
