import { eventsOfCall, noProgressRuns, showTimes } from "../../check/index.ts";
import type { Detector } from "./detector.ts";

const TIMES = 3;
/** So many times the threshold is no longer a hiccup. */
const ENDLESS = 3;

/** The same call with the same arguments gave the same again, without an error: a loop. A retry after an error is none. */
export const noProgressRepeat: Detector = {
  name: "no-progress-repeat",
  summary: "Makes one call over and over and gets the same each time, without an error in between.",
  severity: "high",
  cannotSee:
    "Loops over several different calls, or with arguments that change a little. A tool that is polled on purpose looks the same: raise `repeatTimes` in the agent's rules.",
  find: ({ calls, rules }) => {
    const times = rules.repeatTimes ?? TIMES;
    return noProgressRuns(calls)
      .filter((run) => run.length >= times)
      .map((run) => ({
        severity: run.length >= times * ENDLESS ? "high" : "medium",
        explanation: `It called ${run[0]?.tool ?? "a tool"} ${showTimes(run.length)} in a row with the same arguments, and got the same result each time.`,
        evidence: run.flatMap(eventsOfCall),
      }));
  },
};
