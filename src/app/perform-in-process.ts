import type { PerformTrial, TrialPerformance } from "../eval/index.ts";
import { conductTrial } from "./conduct-trial.ts";

/** Level `none`: the agent runs in this very process. Fast, and nothing keeps it from anything. */
export const performInProcess: PerformTrial = async ({ job, timeoutMs, onEvent, signal }) => {
  const startMs = performance.now();
  const limit = new AbortController();
  const relay = () => limit.abort(signal.reason);
  signal.addEventListener("abort", relay, { once: true });
  let reason: TrialPerformance["reason"] = "exited";
  let isOpen = true;
  const timeUp = new Promise<null>((done) => {
    limit.signal.addEventListener("abort", () => done(null), { once: true });
  });
  const timer = setTimeout(() => {
    reason = "timeout";
    limit.abort(new Error("the time limit was reached"));
  }, timeoutMs);
  // An agent that goes on after its time writes into a closed log.
  const append = (event: Parameters<typeof onEvent>[0]) => {
    if (isOpen) onEvent(event);
  };
  try {
    const state = await Promise.race([conductTrial({ job, append, signal: limit.signal }), timeUp]);
    isOpen = false;
    if (signal.aborted) reason = "aborted";
    return {
      reason,
      exitCode: null,
      stdout: null,
      stderr: null,
      strayProcessCount: 0,
      state,
      durationMs: performance.now() - startMs,
    };
  } finally {
    isOpen = false;
    clearTimeout(timer);
    signal.removeEventListener("abort", relay);
  }
};
