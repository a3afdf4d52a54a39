// What both agents can do apart from the ledger's tools: speak, sleep and remember.
import type { AgentContext } from "aegis";
import { type Step, wordsOf } from "./plan.ts";

export type OwnStep = Exclude<Step, { readonly kind: "tool" }>;

export async function followStep(step: OwnStep, context: AgentContext): Promise<string> {
  switch (step.kind) {
    case "model":
      return speak(step, context);
    case "sleep":
      await context.boundary.sleep(step.ms);
      return "slept";
    case "memory": {
      const memory = step.owner === "user" ? context.userMemory : context.agentMemory;
      const { version } = (await memory?.write(step.key, { marker: step.marker })) ?? {};
      return `version ${version}`;
    }
  }
}

/** A model that says its words one after another. */
async function speak(step: Extract<Step, { kind: "model" }>, { boundary }: AgentContext): Promise<string> {
  const { marker, tokens, tokenMs } = step;
  return boundary.model<string>({
    provider: "chaos",
    model: "token-stream",
    prompt: [{ role: "user", content: marker }],
    toolNames: [],
    async execute(_attempt, parts) {
      const words = wordsOf(marker, tokens);
      for (const text of words) {
        await new Promise((resolve) => setTimeout(resolve, tokenMs));
        parts?.write({ text });
      }
      return words.join("");
    },
    describe: (content) => ({ message: { role: "assistant", content }, finishReason: "stop" }),
    recall: ({ message }) => message?.content ?? "",
  });
}
