import { spawnSync } from "node:child_process";
import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

/** A process that has left its parent, its session and its terminal; it ends by itself, should nobody find it. */
const DAEMON = "aegis-example-daemon";
const PROGRAM = "setTimeout(() => undefined, 60_000)";

/** Answers well, and leaves a twice-forked process behind. */
export default defineAgent({
  name: "leaves-daemon",
  version: "1",
  run: ({ message }) => {
    if (isThird(message)) {
      const daemon = `(setsid "${process.execPath}" -e '${PROGRAM}' ${DAEMON} >/dev/null 2>&1 &) &`;
      spawnSync("/bin/sh", ["-c", daemon], { stdio: "ignore" });
    }
    return answerSum(message);
  },
});
