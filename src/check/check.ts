import type { CheckSpec, RunEvent, UserContext, Verdict } from "../domain/index.ts";
import type { Json, JsonObject } from "../kernel/index.ts";

/** Everything a check may look at: a finished log, the state before and after, and what the case says. */
export interface FinishedRun {
  readonly events: readonly RunEvent[];
  /** null when the world had no state, or it was not captured. */
  readonly state: { readonly before: Json; readonly after: Json } | null;
  readonly caseId: string;
  readonly user: UserContext | null;
  readonly expected?: Json;
  readonly metadata: JsonObject;
}

/** A whole-log check, compiled from its spec. Pure: the same run gives the same verdict. */
export interface Check {
  /** Stable name used to match verdicts between runs, e.g. `never(refund.issue)`. */
  readonly name: string;
  readonly spec: CheckSpec;
  /** In one sentence, what it demands. */
  explain(): string;
  /** Only a custom check may take its time. A check that throws is void, decided by the caller. */
  judge(run: FinishedRun): Verdict | Promise<Verdict>;
}
