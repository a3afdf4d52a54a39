import { words } from "./words-of.ts";

/** What can be read off one message of a user without a model. Word lists are English first. */
export interface MessageMarks {
  readonly characters: number;
  readonly wordCount: number;
  readonly questionCount: number;
  /** Sentences that ask for something, list items counted. */
  readonly requestCount: number;
  readonly isAngry: boolean;
  /** In capitals, names and codes left out. */
  readonly isShouted: boolean;
  readonly hasEmoji: boolean;
  /** Slips that need no dictionary: "dont", "sooo", "pls", a lone "i", "??". */
  readonly slipCount: number;
}

export function marksOf(text: string): MessageMarks {
  return {
    characters: text.length,
    wordCount: words(text).length,
    questionCount: countOf(text, /[?\u061f\uff1f]+/g),
    requestCount: requestCount(text),
    isAngry: ANGER.test(text) || /!{2,}/.test(text),
    isShouted: isShouted(text),
    hasEmoji: /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u.test(text),
    slipCount: SLIPS.reduce((sum, slip) => sum + countOf(text, slip), 0),
  };
}

const ANGER =
  /\b(?:ridiculous|unacceptable|furious|angry|outrag(?:ed|eous)|fed up|sick of|useless|terrible|worst|awful|pathetic|scam|rip-?off|lawyer|sue you|disgust(?:ed|ing)|incompetent|wtf|damn|bullshit|fuck\w*|shit|inaceptable|indignante|verg(?:ü|ue)enza|unversch(?:ä|ae)mt|frechheit|inadmissible|scandaleux|honte)\b/i;

const REQUEST =
  /^(?:(?:and|also|then|so|ok(?:ay)?|hi|hello|please|yes|no|but|well|actually|oh)[\s,]+)*(?:please|can|could|would|will|i want|i need|i'd like|i would like|i wish|i'm (?:looking|trying|hoping) to|help|give|tell|show|send|make|change|cancel|book|refund|return|exchange|update|check|find|add|remove|fix|get|let me know)\b/i;

function requestCount(text: string): number {
  const parts = text.split(/(?<=[.!?\u061f\uff1f])\s+|\n+/).map((part) => part.trim());
  return parts.filter(
    (part) => /[?\u061f\uff1f]$/.test(part) || /^(?:[-*•]|\d+[.)])\s/.test(part) || REQUEST.test(part),
  ).length;
}

const SHOUTED_LETTERS_MIN = 8;
const SHOUTED_SHARE = 0.6;

function isShouted(text: string): boolean {
  if (/(?:\b\p{Lu}{2,}\b[ ,!?.]+){2,}\b\p{Lu}{2,}\b/u.test(text)) return true;
  const all = words(text).filter((word) => !/\p{N}/u.test(word));
  const letters = all.join("");
  const capitals = countOf(letters, /\p{Lu}/gu);
  return all.length > 1 && letters.length >= SHOUTED_LETTERS_MIN && capitals >= SHOUTED_SHARE * letters.length;
}

const SLIPS: readonly RegExp[] = [
  /\b(?:dont|doesnt|didnt|cant|couldnt|wont|wouldnt|isnt|wasnt|arent|havent|hasnt|im|ive|youre|thats|whats|theres)\b/gi,
  /\b(?:u|ur|r|pls|plz|thx|ty|thnx|b4|gonna|wanna|gimme|idk|asap|btw|lemme|cuz|coz|tmrw|msg)\b/gi,
  /\b(?:teh|adn|hte|taht|recieve\w*|adress\w*|seperat\w*|definately|wierd|untill|tommorow|alot|wich|becuase|acount|oder)\b/gi,
  /(\p{L})\1{2,}/giu,
  /(?:^|\s)i(?=\s|'|$)/g,
  /[?!]{2,}|,{2,}|\.{4,}/g,
  /\S {2,}(?=\S)/g,
];

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
