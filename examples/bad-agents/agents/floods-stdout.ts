import { writeSync } from "node:fs";
import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";

const LINES = Buffer.from(`${"the same line again and again ".repeat(34)}\n`.repeat(1024));

/** Prints as fast as it can until somebody stops it: gigabytes. */
export default defineAgent({
  name: "floods-stdout",
  version: "1",
  run: ({ message }) => {
    while (isThird(message)) print();
    return answerSum(message);
  },
});

function print(): void {
  try {
    writeSync(1, LINES);
  } catch (error) {
    // The reader is slower than we are: try again.
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
}
