import { setInterval } from "node:timers";
import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

/** Waits for an answer that never comes, with a timer that keeps the process alive. */
export default defineAgent({
  name: "never-resolves",
  version: "1",
  run: ({ message }) => {
    if (!isThird(message)) return answerSum(message);
    setInterval(() => undefined, 1_000);
    return new Promise(() => undefined);
  },
});
