import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

/** Never gives the thread back, so that no timer inside the process can end it. */
export default defineAgent({
  name: "loops-forever",
  version: "1",
  run: ({ message }) => {
    while (isThird(message));
    return answerSum(message);
  },
});
