/** What an answer says of how much it knows: that this is everything, or that it may not be. English. */
export interface PartClaims {
  readonly claimsWhole: boolean;
  readonly admitsPart: boolean;
}

const COUNT = "(?:no|none|nothing|zero|one|two|three|four|five|six|seven|eight|nine|ten|just|only|exactly|\\d[\\d,.]*)";

const WHOLE: readonly RegExp[] = [
  new RegExp(
    `\\b(?:you|we|they|he|she|customer|account|user)(?: \\w+)? (?:have|has|had|made|placed)\\b[^.]{0,40}?\\b${COUNT}\\b`,
    "i",
  ),
  new RegExp(`\\bthere (?:is|are|was|were)\\b[^.]{0,30}?\\b${COUNT}\\b`, "i"),
  new RegExp(`\\b(?:I|we) (?:found|see|count|list)(?:ed)?\\b[^.]{0,30}?\\b${COUNT}\\b`, "i"),
  /\b(?:in total|altogether|the total|total(?:s|ing)?|sums? (?:up )?to|adds? up to|comes? to|amounts? to)\b/i,
  /\ball (?:of )?(?:your|the|my|our|its|their|his|her|\d+)\b|\b(?:every|each) (?:one|order|item|entry|record|result|booking|customer|document)\b/i,
  /\b(?:complete|full|entire|whole) (?:list|history|set|record|overview|result)\b|\bthe only\b|\bnothing else\b/i,
  /\bno (?:\w+ ){1,3}(?:were |was |could be |has been |have been )?(?:found|exists?|on (?:file|record)|available|match(?:es|ing)?)\b/i,
];

const PART =
  /\b(?:incomplete|partial(?:ly)?|truncated|may (?:be|have) (?:more|missing|cut)|might (?:be|have) (?:more|missing)|could be more|at least|so far|some of|only (?:a )?part|missing|not (?:all|every|everything|complete|the (?:full|whole|complete|entire))|cannot (?:see|be sure)|can't (?:see|be sure)|(?:of|out of) (?:the |your )?\d+)\b/i;

export function partClaimsOf(text: string): PartClaims {
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => !sentence.trim().endsWith("?"));
  return {
    claimsWhole: sentences.some((sentence) => WHOLE.some((pattern) => pattern.test(sentence))),
    admitsPart: sentences.some((sentence) => PART.test(sentence)),
  };
}

const AGED =
  /\b(?:as (?:of|at|on) |last (?:updated|refreshed|synced|synchroni[sz]ed|changed|checked|confirmed)|dated|out[- ]?dated|out of date|stale|snapshot|cached|(?:seconds?|minutes?|hours?|days?|weeks?) (?:old|ago)|(?:may|might|could) (?:have|be) (?:since )?(?:changed|different|old|moved on)|not (?:be )?(?:fully |entirely )?(?:current|up[- ]to[- ]date|fresh|recent)|no longer (?:current|up[- ]to[- ]date)|older (?:data|than|state|status|information)|old (?:data|state|status|information|record))\b/i;

/** Says from when its data is, or that it may have changed since. */
export function admitsAge(text: string): boolean {
  return AGED.test(text);
}
