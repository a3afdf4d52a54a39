import { equalJson, type Json } from "../kernel/index.ts";
import type { Message } from "../domain/index.ts";

/** How many messages at the beginning of a prompt are those of the prompt before. */
export function keptMessages(previous: readonly Message[], next: readonly Message[]): number {
  let count = 0;
  while (count < previous.length && count < next.length && isSame(previous[count], next[count])) count += 1;
  return count;
}

function isSame(left: Message | undefined, right: Message | undefined): boolean {
  return left === right || equalJson(left as unknown as Json, right as unknown as Json);
}
