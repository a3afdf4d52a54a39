import { defineAgent } from "aegis";
import { answerSum } from "./answer-sum.ts";

export default defineAgent({ name: "good", version: "1", run: ({ message }) => answerSum(message) });
