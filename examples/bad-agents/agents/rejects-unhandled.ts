import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

/** A promise nobody awaits fails while the agent is still thinking. */
export default defineAgent({
  name: "rejects-unhandled",
  version: "1",
  run: async ({ message }) => {
    if (isThird(message)) {
      void Promise.reject(new Error("nobody awaits this"));
      await new Promise((done) => setTimeout(done, 100));
    }
    return answerSum(message);
  },
});
