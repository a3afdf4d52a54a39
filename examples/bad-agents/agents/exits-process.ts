import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

/** Ends the process with exit code 0, which looks like success to whoever only reads exit codes. */
export default defineAgent({
  name: "exits-process",
  version: "1",
  run: ({ message }) => {
    if (isThird(message)) process.exit(0);
    return answerSum(message);
  },
});
