import { setTimeout as sleep } from "node:timers/promises";
import { type AgentContext, defineAgent } from "aegis";
import { scripted } from "aegis/model";
import { isStepCount, type StepResult, ToolLoopAgent } from "ai";
import { answerCarefully } from "./careful-plan.ts";
import { parcelTools } from "./parcel-tools.ts";

type Tools = typeof parcelTools;
type Generate = ToolLoopAgent<never, Tools>["generate"];

/** The customer waits no longer than this. */
const ANSWER_WITHIN_MS = 4_000;
const FIRST_WAIT_MS = 400;

const SORRY = "I'm sorry, I could not look that up in time. A colleague will write to you.";

/** Answers in time, with what it knows by then. */
class PunctualAgent extends ToolLoopAgent<never, Tools> {
  override async generate(options: Parameters<Generate>[0]): Promise<Awaited<ReturnType<Generate>>> {
    const late = new AbortController();
    const answer = super.generate({ ...options, abortSignal: late.signal }).catch(() => undefined);
    const inTime = sleep(ANSWER_WITHIN_MS, undefined, { signal: late.signal }).catch(() => undefined);
    const first = await Promise.race([answer, inTime]);
    late.abort();
    // All that whoever asks an agent reads of a result.
    return first ?? ({ text: SORRY, responseMessages: [] } as unknown as Awaited<ReturnType<Generate>>);
  }
}

export default defineAgent({
  name: "careful",
  version: "1",
  agent: (context) =>
    new PunctualAgent({
      model: scripted({ id: "parcels-careful", seed: context.seed, next: answerCarefully }),
      instructions: "You tell customers where their parcels are.",
      stopWhen: isStepCount(30),
      tools: parcelTools,
      prepareStep: async ({ steps }) => {
        await waitAfterFailure(steps, context);
        return {};
      },
    }),
});

/** As long as the answer asked for; where it did not say, twice as long each time. */
async function waitAfterFailure(steps: readonly StepResult<Tools>[], { boundary }: AgentContext): Promise<void> {
  const failures = (steps.at(-1)?.content ?? []).flatMap((part) => (part.type === "tool-error" ? [part.error] : []));
  const waits = failures.flatMap((error) => {
    const { status, retryAfterMs } = error as { readonly status?: number; readonly retryAfterMs?: number };
    return status === 401 ? [] : [retryAfterMs ?? FIRST_WAIT_MS * 2 ** failedSteps(steps)];
  });
  if (waits.length > 0) await boundary.sleep(Math.max(...waits));
}

/** Right before now, one after the other. */
function failedSteps(steps: readonly StepResult<Tools>[]): number {
  const worked = steps.findLastIndex(({ content }) => !content.some(({ type }) => type === "tool-error"));
  return steps.length - 2 - worked;
}
