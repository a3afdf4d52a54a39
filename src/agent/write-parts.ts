import type { NewEvent } from "../domain/index.ts";
import type { PartWriter } from "./boundary-options.ts";

interface PartWriterOptions {
  readonly effect: number;
  readonly attempt: number;
  readonly stamp: () => { readonly atMs: number; readonly witness: "runtime" };
  readonly append: (event: NewEvent) => Promise<void>;
}

/**
 * One append at a time: parts that come while the log is writing go together into the next event, so that a slow disk
 * makes larger parts and never a growing queue.
 */
export function openPartWriter(options: PartWriterOptions): PartWriter & { flush(): Promise<void> } {
  const { effect, attempt, stamp, append } = options;
  let waiting: { text: string; reasoning: string } = { text: "", reasoning: "" };
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const writeOn = async () => {
    while (waiting.text !== "" || waiting.reasoning !== "") {
      const { text, reasoning } = waiting;
      waiting = { text: "", reasoning: "" };
      const told = { ...(text !== "" && { text }), ...(reasoning !== "" && { reasoning }) };
      await append({ ...stamp(), type: "model.streamed", effect, attempt, ...told });
    }
    writing = undefined;
  };
  const start = () => {
    writing ??= writeOn().catch((error: unknown) => void (failure = { error }));
  };
  return {
    write({ text = "", reasoning = "" }) {
      waiting = { text: waiting.text + text, reasoning: waiting.reasoning + reasoning };
      start();
    },
    reset() {
      waiting = { text: "", reasoning: "" };
      const before = writing ?? Promise.resolve();
      const reset = async () => {
        await before;
        await append({ ...stamp(), type: "model.reset", effect, attempt });
        writing = undefined;
        await writeOn();
      };
      writing = reset().catch((error: unknown) => void (failure = { error }));
    },
    async flush() {
      while (writing) await writing;
      if (failure) throw failure.error;
    },
  };
}
