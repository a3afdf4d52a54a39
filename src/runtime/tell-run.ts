import type { RunSignal, RunSignalBody } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import type { Telling } from "./acceptance.ts";
import { signalRun } from "./signal-run.ts";

/**
 * Says something to a run from a process that performs none: whoever has the run, or takes it next, finds it in the store.
 * @throws {AegisError} as `Runtime.signal`
 */
export async function tellRun(
  at: Pick<Telling, "store" | "clock" | "makeId">,
  { runId, by, body }: { readonly runId: string; readonly by: string; readonly body: RunSignalBody },
): Promise<RunSignal> {
  const run = await at.store.findRun(runId);
  if (!run) throw new AegisError("run.not_found", `There is no run ${JSON.stringify(runId)}`);
  const nobody = { nudge: () => Promise.resolve() };
  const nowhere = { dispatch: () => Promise.resolve() };
  return signalRun({ ...at, worker: nobody, dispatcher: nowhere }, { run, by, body });
}
