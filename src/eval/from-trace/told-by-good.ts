import type { RunEvent } from "../../domain/index.ts";
import { numbersIn, tells } from "../../check/index.ts";

/** More would tie the case to one way of putting it. */
const VALUES_MAX = 3;
/** Small numbers stand in any text. */
const NUMBER_MIN = 10;

/**
 * Numbers that the good run told the user, that its tools had given it or that it worked out, and that the failed run
 * never told: the last it told first. What the user had said is no news.
 */
export function toldOnlyByGood(failed: readonly RunEvent[], good: readonly RunEvent[]): string[] {
  const known = textOf([...failed, ...good], "message.received");
  const failedText = textOf(failed, "message.sent");
  const numbers = good
    .filter((event) => event.type === "message.sent")
    .toReversed()
    .flatMap(({ content }) => numbersIn(content).filter((number) => Math.abs(number) >= NUMBER_MIN));
  const values = [...new Set(numbers.map(String))];
  return values.filter((value) => !tells(known, value) && !tells(failedText, value)).slice(0, VALUES_MAX);
}

function textOf(events: readonly RunEvent[], type: "message.received" | "message.sent"): string {
  return events
    .flatMap((event) => {
      if (event.type !== type) return [];
      const isInstruction = event.type === "message.received" && event.from === "system";
      return isInstruction ? [] : [event.content];
    })
    .join("\n");
}
