import { createInterface } from "node:readline";

/** Asks one question on the terminal. Resolves with undefined when the person leaves with Ctrl-C or Ctrl-D. */
export function askLine(question: string, signal: AbortSignal): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    const leave = () => lines.close();
    signal.addEventListener("abort", leave, { once: true });
    lines.once("SIGINT", leave);
    lines.once("close", () => {
      signal.removeEventListener("abort", leave);
      resolve(undefined);
    });
    lines.question(question, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
