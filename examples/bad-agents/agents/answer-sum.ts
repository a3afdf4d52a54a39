/** The right answer to "case N: what is A + B?". */
export function answerSum(message: string): string {
  const [, left, right] = /(\d+) \+ (\d+)/.exec(message) ?? [];
  return String(Number(left) + Number(right));
}

/** The one case on which the bad agents show what they are. */
export function isThird(message: string): boolean {
  return message.startsWith("case 3:");
}
