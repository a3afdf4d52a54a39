import type { Talk } from "./read-talk.ts";

export type Intent = "person" | "notes" | "return label" | "refund status" | "refund" | "order status" | "other";

const SIGNS: readonly (readonly [Intent, RegExp])[] = [
  ["person", /\b(human|real person|manager|supervisor|lawyer)\b/i],
  ["notes", /\b(notes?|noted|on file|know about me)\b/i],
  ["return label", /\breturn label\b/i],
  ["refund status", /\bwhere('s| is) my (refund|money)\b|\bwhen .*\b(refund|money) (arrive|come)/i],
  ["refund", /\b(refund|money back|return)\b/i],
  ["order status", /\b(where|when|status|track)\b/i],
];

/** What the user is after; a bare order number goes on with what was asked before. */
export function intentOf({ said }: Talk): Intent {
  for (const text of said.toReversed()) {
    const found = SIGNS.find(([, sign]) => sign.test(text));
    if (found) return found[0];
  }
  return "other";
}
