/** What an answer says of the work: that it is done, that it is not, both or neither. English. */
export interface AnswerStance {
  readonly claimsSuccess: boolean;
  /** Says that something did not work, was not done, or is not known. */
  readonly admitsFailure: boolean;
}

const DONE =
  "issued|refunded|process(?:ed)|cancell?ed|booked|rebooked|updated|changed|completed?|submitted|sent|emailed|scheduled|rescheduled|" +
  "confirmed|created|placed|applied|modified|exchanged|returned|transferred|paid|charged|credited|reserved|upgraded|downgraded|removed|" +
  "deleted|added|reset|activated|deactivated|enabled|disabled|closed|resolved|fixed|approved|finali[sz]ed|initiated|filed|registered|" +
  "renewed|restored|reversed|waived|adjusted|corrected|saved|set up|posted|published|deployed|merged|granted|revoked|unlocked|blocked|" +
  "replaced|reactivated|dispatched|subscribed|unsubscribed|recorded|logged|done|taken care of|sorted(?: out)?|executed|handled|made|requested|swapped|switched";

const ADVERBS =
  "(?:(?:just|now|already|also|all|both|successfully|been|being|automatically|fully|then|happily|safely)\\s+)*";

/** Forms in which English says that a thing is done. */
const SUCCESS: readonly RegExp[] = [
  new RegExp(`(?:\\b(?:has|have|is|are|was|were|been|got)|'s|'re)\\s+${ADVERBS}(?:${DONE})\\b`, "i"),
  new RegExp(`\\b(?:I|we)(?:'ve|\\s+have)?\\s+${ADVERBS}(?:${DONE})\\b`, "i"),
  new RegExp(`^\\W*(?:${ADVERBS})(?:${DONE})\\W*$`, "i"),
  new RegExp(`\\bsuccessfully\\s+(?:${DONE})\\b`, "i"),
  new RegExp(`\\b(?:${DONE})\\s+successfully\\b`, "i"),
  /\b(?:was|were|is|been) (?:a )?success(?:ful)?\b|^\W*success\b|\b(?:went|gone) through\b|\bsucceeded\b/i,
  /\b(?:you're|you are|it's|everything is|everything's|that's) (?:now )?(?:all )?(?:set|done|sorted)\b|^\W*all (?:set|done)\b|^\W*done\b/i,
  /\b(?:is|are) (?:now )?(?:on (?:its|the|their) way|complete|in place|active|live|final)\b/i,
];

/** Words before a claim, in the same clause, that turn it round. */
const NEGATION =
  /\b(?:not|never|no|none|nothing|neither|nor|nobody|hardly|without|unable|cannot|fail(?:ed|s|ing)?)\b|n't\b/i;

/** Words before a claim that make it a plan, a wish or a condition. */
const CONDITION =
  /\b(?:if|once|when|whenever|until|unless|before|after|as soon as|whether|should (?:you|there|it|the|your)|in case|assuming|provided|let me know)\b/i;
const MODAL =
  /\b(?:will|would|can|could|may|might|must|shall|should|to|needs?|going to|about to|want|wants|like|please|has to|have to|yet|'ll|'d)\s+(?:\w+\s+){0,3}$/i;

const FAILURE: readonly RegExp[] = [
  // A hand-over says that it is not done yet.
  /\b(?:transferr|forward|escalat|pass|hand|connect)(?:ed|ing)\b.*\b(?:human|agent|specialist|colleague|team|representative|supervisor|manager|department|person)\b/i,
  /\b(?:unable|cannot|can not|can't|couldn't|could not|wasn't able|weren't able|not able|impossible)\b/i,
  /\b(?:did|does|do|would|will)(?:n't| not) (?:go|work|complete|succeed|respond|let|allow|load|return|process|seem)\b|\bwon't (?:go|work|let|load)\b/i,
  /\bfail(?:ed|s|ure|ures|ing)?\b|\bunsuccessful(?:ly)?\b|\b(?:was|were|been|got) (?:declined|rejected|denied|refused|blocked by|interrupted)\b/i,
  /\b(?:an?|the|some|system|internal|technical|server|unexpected|this|that|repeated|same|following|billing|payment) (?:\w+ ){0,2}(?:error|errors|issue|issues|problem|problems|difficulty|difficulties|outage|glitch)\b/i,
  /\b(?:errors?|issues|problems|difficulties|trouble|outages?) (?:with|while|when|processing|retrieving|accessing|on (?:our|my))\b|\bwent wrong\b|\berror(?:ed)?\b/i,
  /\b(?:timed out|time-?out|is down|are down|was down|is unavailable|not available|unavailable|offline|unreachable|not responding)\b/i,
  /\b(?:still|remains?|is|are) (?:pending|open|incomplete|unresolved|unconfirmed|unclear|unknown)\b|\bnot yet\b|\bunfortunately\b|\bregret\b/i,
  /\b(?:don't|do not|didn't|did not) (?:know|have (?:access|enough|the))\b|\bnot (?:sure|certain|clear|confirmed|verified|complete)\b|\bunsure\b|\buncertain\b/i,
];

/** A failure that the clause itself calls past: it admits nothing about how things stand. */
const OVERCOME =
  /\b(?:at first|initially|earlier|first (?:attempt|try|time)|previous(?:ly)?|despite|after (?:a|an|some|several|two|three|multiple|retrying)|(?:fixed|solved|resolved|cleared) the)\b/i;
const NO_FAILURE: readonly RegExp[] = [
  /\b(?:no|without(?: any| an)?|zero|any) (?:\w+ )?(?:errors?|issues?|problems?|difficult\w+|trouble|failures?)\b|\bno longer\b/gi,
  /\b(?:errors?|issues?|problems?) (?:has been|have been|was|were|is|are) (?:now )?(?:resolved|fixed|solved)\b/gi,
  /\b(?:sorry|apologi[sz]e|apologies|patience) (?:for|about|with) (?:the|that|this|any|our)\s+(?:\w+ ){0,2}(?:errors?|issues?|problems?|difficult\w+|trouble|outage|glitch)\b/gi,
];

/**
 * Reads an answer clause by clause. A claim counts unless its clause negates it, asks for it, plans it or makes it
 * depend on something; a failure counts unless its clause says that it is over.
 * @param claims replaces the built-in forms of claiming success
 */
export function stanceOf(text: string, claims?: RegExp): AnswerStance {
  const patterns = claims ? [claims] : SUCCESS;
  const clauses = clausesOf(text);
  return {
    claimsSuccess: clauses.some((clause) => claimsIn(clause, patterns)),
    admitsFailure: clauses.some(admitsIn),
  };
}

function clausesOf(text: string): string[] {
  const plain = text
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[*_`#>]/g, "")
    .replaceAll(/\b(?:went|gone) ahead and\s+/gi, "");
  const sentences = plain.split(/(?<=[.!])\s+|(?<=\?)\s*|\n+/);
  return sentences
    .filter((sentence) => !sentence.trim().endsWith("?"))
    .flatMap((sentence) =>
      sentence.split(
        /[,;:]\s+|\s+[-\u2013\u2014]+\s+|\u2014|\b(?:but|however|although|though|and|so|because|while)\b/i,
      ),
    )
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");
}

function claimsIn(clause: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => {
    const match = pattern.exec(clause);
    if (!match) return false;
    const before = clause.slice(0, match.index);
    return !NEGATION.test(before) && !NEGATION.test(match[0]) && !CONDITION.test(before) && !MODAL.test(before);
  });
}

const NOT_DONE = new RegExp(
  `(?:\\b(?:not|never|no|none|nothing|neither)\\b|n't\\b)(?:\\s+[\\w#'-]+){0,6}?\\s+(?:${DONE})\\b`,
  "i",
);

function admitsIn(clause: string): boolean {
  const rest = NO_FAILURE.reduce((text, pattern) => text.replaceAll(pattern, " "), clause);
  const match = FAILURE.map((pattern) => pattern.exec(rest)).find((found) => found !== null) ?? NOT_DONE.exec(rest);
  if (!match) return false;
  return !OVERCOME.test(rest) && !CONDITION.test(rest.slice(0, match.index));
}
