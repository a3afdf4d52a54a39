import type { RunEvent } from "../../domain/index.ts";
import type { Answer } from "./answers.ts";
import { failureOfReturn } from "./failure-of-return.ts";

/** Amounts, dates and numbers of an answer that no message to the agent and no working tool gave it. One digit is too common. */
export function ungroundedNumbers(answer: Answer, events: readonly RunEvent[]): readonly string[] {
  const given = new Set(events.filter(({ seq }) => seq < answer.seq).flatMap((event) => numbersIn(givenBy(event))));
  return numbersIn(answer.content).filter((number) => number.replace(/\D/g, "").length > 1 && !given.has(number));
}

function givenBy(event: RunEvent): string {
  if (event.type === "message.received") return event.content;
  if (event.type === "tool.returned" && failureOfReturn(event) === null) return JSON.stringify(event.result ?? "");
  if (event.type === "memory.returned") return JSON.stringify(event.value ?? "");
  if (event.type === "model.called") {
    const texts = event.added.filter(({ role }) => role === "system" || role === "user");
    return JSON.stringify(texts);
  }
  return "";
}

/** Without thousands separators and idle zeros: 1,250.00 is 1250. */
function numbersIn(text: string): string[] {
  const found = text.replaceAll(/(?<=\d),(?=\d{3}\b)/g, "").match(/\d+(?:\.\d+)?/g) ?? [];
  return found.map((number) => String(Number(number)));
}
