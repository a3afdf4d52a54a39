import { AegisError } from "../../kernel/index.ts";
import { couldNotMeasure } from "./could-not-measure.ts";
import type { GateDecision, GateOptions, GateRequest } from "./gate-decision.ts";
import { gateFailures } from "./gate-failures.ts";

/**
 * May this version go on? A run that was not measured is no pass and no failure of the agent, so 2 wins over 1; all
 * reasons are named either way.
 *
 * Without `failUnder` the run fails when a case of kind regression is below its bar. Capability cases below theirs do
 * not fail it: they say how far the agent has come, and `failUnder` is there to ask for more.
 *
 * @throws {AegisError} "eval.bad_gate" for a rate that is no percentage, or a share that is none
 */
export function decideGate({ summary, comparison, options = {} }: GateRequest): GateDecision {
  assertOptions(options);
  const request = { summary, options, ...(comparison === undefined ? {} : { comparison }) };
  const reasons = [...couldNotMeasure(request), ...gateFailures(request)];
  const exitCode = reasons.reduce<0 | 1 | 2>((worst, reason) => (reason.exitCode > worst ? reason.exitCode : worst), 0);
  return { exitCode, reasons };
}

function assertOptions({ failUnder, maxVoidShare = 0 }: GateOptions): void {
  // Between 0 and 1 somebody meant a proportion, and the gate would never close.
  if (failUnder !== undefined && failUnder !== 0 && !(failUnder >= 1 && failUnder <= 100)) {
    throw new AegisError("eval.bad_gate", `A pass rate of ${failUnder} percent cannot be asked for`, {
      details: { failUnder },
    });
  }
  if (!(maxVoidShare >= 0 && maxVoidShare <= 1)) {
    throw new AegisError("eval.bad_gate", `${maxVoidShare} is no share of void trials`, { details: { maxVoidShare } });
  }
}
