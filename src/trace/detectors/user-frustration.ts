import { countNoun } from "../../kernel/index.ts";
import type { Detector } from "./detector.ts";
import { isSameAsOneOf, type RequestWords, requestWords, wordNumber } from "./same-request.ts";
import type { Said } from "./scene.ts";

interface Sign {
  readonly what: string;
  /** One of these words is in every text that shows it: looking for them is much cheaper than the pattern. */
  readonly words: readonly string[];
  readonly pattern: RegExp;
}

const SIGNS: readonly Sign[] = [
  {
    what: "says it is not what was asked",
    words: list(
      "asked said wanted meant ask told gave explained mentioned times listening reading ignoring asking understand listen answer read help",
    ),
    pattern:
      /\b(?:not what i (?:asked|said|wanted|meant)|didn't ask (?:for|you)|already (?:told|said|gave|asked|explained|mentioned)|as i (?:already )?(?:said|told you)|like i said|how many times|(?:you're|you are|are you) (?:even )?(?:not )?(?:listening|reading|ignoring)|you (?:keep|didn't|did not|don't|never) (?:asking|understand|listen|answer|read|help))\b/i,
  },
  {
    what: "says it again",
    words: list("again still time keep keeps"),
    pattern:
      /\b(?:(?:ask|asking|say|saying|tell|telling|repeat|repeating|explain|explaining) (?:\w+ ){0,3}again|(?:once|yet|over and over) again|still (?:not|isn't|doesn't|didn't|hasn't|haven't|wrong|broken|the same|waiting)|(?:second|third|fourth|fifth|2nd|3rd|4th|5th|\d+th) time|keeps? (?:happening|failing|asking|saying))\b/i,
  },
  {
    what: "complains",
    words: list(
      "ridiculous unacceptable frustrated frustrating annoyed annoying waste wasting fed sick terrible horrible awful pathetic joke disappointed disappointing helpful helping good unhelpful come sake hell heck fuck wtf ffs enough",
    ),
    pattern:
      /\b(?:ridiculous|unacceptable|frustrat(?:ed|ing)|annoy(?:ed|ing)|waste of (?:my )?time|wasting my time|fed up|sick of|terrible|horrible|awful|pathetic|a joke|disappoint(?:ed|ing)|not (?:helpful|helping|good enough)|unhelpful|come on|for (?:god|heaven|christ|pete)'?s sake|what the (?:hell|heck|fuck)|wtf|ffs|(?:had )?enough of this)\b/i,
  },
  {
    what: "insults",
    words: list(
      "useless stupid dumb idiot idiots incompetent worthless moron garbage crap fuck fucking bullshit shut screw",
    ),
    pattern:
      /\b(?:you(?:'re| are)? (?:so |a |an |all |fucking |bloody )*(?:useless|stupid|dumb|idiots?|incompetent|worthless|moron|garbage|crap)|(?:useless|stupid|dumb|worthless) (?:bot|thing|machine|assistant|agent|ai|chatbot|system)|fuck(?:ing)?|bullshit|shut up|screw (?:you|this))\b/i,
  },
  {
    what: "asks for a person",
    words: list("human person manager supervisor agent representative else"),
    pattern:
      /\b(?:speak|talk|connect|transfer|put) (?:me )?(?:to|with|through to) (?:a |an |your |the |some )?(?:real |actual |live )?(?:human|person|manager|supervisor|agent|representative|someone else)\b|\b(?:real|actual) (?:human|person)\b/i,
  },
];
const SIGNS_BY_WORD = new Map<number, Sign[]>();
for (const sign of SIGNS) {
  for (const word of sign.words.map(wordNumber)) {
    SIGNS_BY_WORD.set(word, [...(SIGNS_BY_WORD.get(word) ?? []), sign]);
  }
}

/** Most words are none of these: said by a part of their number before they are looked up. */
const HINTS_MASK = 4_095;
const MAY_BE_SIGN: boolean[] = Array.from({ length: HINTS_MASK + 1 }, () => false);
for (const word of SIGNS_BY_WORD.keys()) MAY_BE_SIGN[word & HINTS_MASK] = true;

function list(text: string): string[] {
  return text.split(" ");
}

const PUNCTUATION = /[!?]{3,}|\?!|!\?/;
const SIGNS_MIN = 2;
const SIGNS_MANY = 4;
/** A request is compared with so many before it. */
const LOOKED_BACK = 4;
const CHARACTERS_MAX = 4_000;
const SOME_LOUD = /[A-Z]{3}/;

interface Annoyance extends Said {
  readonly signs: readonly string[];
}

/** At least two signs of annoyance in what the user writes, in one message or over several. */
export const userFrustration: Detector = {
  name: "user-frustration",
  summary: "The user repeatedly shows annoyance: says it again, complains, insults, shouts.",
  severity: "medium",
  cannotSee:
    "Every language but English, irony, and polite annoyance: it counts words and capitals. Annoyance with something other than the agent looks the same.",
  find: ({ requests }) => {
    const words = requests.map(({ text }) => requestWords(text));
    const annoyed = requests.flatMap((said, index): Annoyance[] => {
      const before = words.slice(Math.max(0, index - LOOKED_BACK), index);
      const signs = signsIn(said.text, words[index] ?? requestWords(said.text), before);
      return signs.length === 0 ? [] : [{ ...said, signs }];
    });
    const signs = annoyed.flatMap((each) => each.signs);
    if (signs.length < SIGNS_MIN) return [];
    const kinds = [...new Set(signs)];
    return [
      {
        severity: signs.length >= SIGNS_MANY || kinds.includes("insults") ? "medium" : "low",
        explanation: `The user shows annoyance in ${countNoun(annoyed.length, "message")}: ${kinds.join(", ")}.`,
        evidence: annoyed.map(({ seq }) => seq),
      },
    ];
  },
};

function signsIn(text: string, ownWords: RequestWords, before: readonly RequestWords[]): string[] {
  const possible = possibleSigns(ownWords);
  const plain = text.slice(0, CHARACTERS_MAX).replaceAll("\u2019", "'");
  const signs: string[] = [];
  for (const { pattern, what } of possible) if (pattern.test(plain)) signs.push(what);
  if (PUNCTUATION.test(plain) || isShouted(plain)) signs.push("shouts");
  if (isSameAsOneOf(before, ownWords)) signs.push("repeats the request");
  return signs;
}

function possibleSigns(numbers: RequestWords): Iterable<Sign> {
  if (!numbers.some((word) => MAY_BE_SIGN[word & HINTS_MASK])) return [];
  const possible = new Set<Sign>();
  for (const word of numbers) {
    if (MAY_BE_SIGN[word & HINTS_MASK] !== true) continue;
    for (const sign of SIGNS_BY_WORD.get(word) ?? []) possible.add(sign);
  }
  return possible;
}

/** Several words, nearly all in capitals. Codes and ids are no words. */
function isShouted(text: string): boolean {
  if (!SOME_LOUD.test(text)) return false;
  const words = text.match(/\b[A-Za-z']{2,}\b/g) ?? [];
  const loud = words.filter((word) => word === word.toUpperCase());
  return loud.length >= 3 && loud.length / words.length >= 0.6;
}
