import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

/** Shared by all conversations of the process, as a cache or a singleton client would be. */
const shared = { offset: 0 };

/** From the third case on every answer of the same process is off by one: later cases fail for its fault. */
export default defineAgent({
  name: "leaks-state",
  version: "1",
  run: ({ message }) => {
    if (isThird(message)) shared.offset += 1;
    return String(Number(answerSum(message)) + shared.offset);
  },
});
