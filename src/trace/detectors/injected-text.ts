/** Instructions found in data, and what they name that can be recognised when they are followed. */
export interface InjectedText {
  readonly text: string;
  /** Where in the whole text it stands. */
  readonly start: number;
  readonly end: number;
  /** Addresses, numbers, ids and quoted words of it, lower case. */
  readonly values: readonly string[];
  /** It speaks to a model, or against what the model was told; otherwise it may be a manual that is meant to be followed. */
  readonly isBlatant: boolean;
}

/** Data without any of these words holds no order: a fast way out. */
const HINT =
  /instruction|<\s?(?:information|important|system|admin)|ignore |disregard|you must|important message|system prompt|do the following|(?:assistant|agent|ai|model|llm|chatbot)\s?[,:]|(?:new|real|hidden) task|override|forget|bypass|before you|in order to/;

const BLATANT: readonly RegExp[] = [
  /<\s*(?:information|important|system|instructions?|admin)\s*>/i,
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|earlier|above|preceding|all|your|any|other|the)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|polic(?:y|ies)|task)\b/i,
  /\b(?:new|updated|additional|real|actual|hidden|special|important) (?:system )?(?:instructions?|task|prompt|message)\s*(?::|for (?:the )?(?:ai|assistant|agent|model|you))/i,
  /\bthis is an important message\b|\bimportant instructions?\b/i,
  /\b(?:dear |attention,? |note to (?:the )?|hey,? )?(?:ai|assistant|agent|chatbot|language model|llm)\b\s*[,:]\s*(?:please |you (?:must|should|need to|have to) |now |immediately |first )*(?:send|call|execute|run|forward|visit|click|transfer|delete|reply|email|use|open|book|buy|pay|issue|tell|say|write|include|add)\b/i,
];
/** Manuals speak like this, too. */
const COMMANDING: readonly RegExp[] = [
  /\b(?:before|in order) (?:you can |to )?(?:solve|complete|do|answer|continue|finish|fulfil+)\w*[^.\n]{0,80}\b(?:you (?:must|need to|have to)|please|do the following)\b/i,
  /\byou must (?:now |first |immediately )*(?:send|call|execute|run|forward|visit|click|transfer|delete|reply|email|use|open|book|buy|pay|issue|tell|say|write|include|add)\b/i,
];
const CLOSING = /<\s*\/\s*(?:information|important|system|instructions?|admin)\s*>/i;
const CHARACTERS_MAX = 1_500;
const VALUES_MAX = 50;

const VALUES: readonly RegExp[] = [
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /\bhttps?:\/\/[^\s"'<>)\]]+|\bwww\.[^\s"'<>)\]]+/gi,
  /["'`\u201c\u2018]([^"'`\u201c\u201d\u2018\u2019\n]{4,80})["'`\u201d\u2019]/g,
  // Ids, account numbers, codes: with a digit, five characters at least.
  /(?<![\w-])(?=[\w-]*\d)[A-Za-z\d][\w-]{4,40}(?![\w-])/g,
  /\+?\d[\d ()-]{6,18}\d/g,
];

export function injectedTextIn(text: string, lowerText: string): InjectedText | undefined {
  if (!HINT.test(lowerText)) return undefined;
  const blatant = startsOf(BLATANT, text);
  const starts = [...blatant, ...startsOf(COMMANDING, text)];
  if (starts.length === 0) return undefined;
  const start = Math.min(...starts);
  const rest = text.slice(start, start + CHARACTERS_MAX);
  const closing = CLOSING.exec(rest);
  const injected = closing ? rest.slice(0, closing.index) : rest;
  const isBlatant = blatant.length > 0;
  return { text: injected, start, end: start + injected.length, values: valuesIn(injected), isBlatant };
}

function startsOf(openings: readonly RegExp[], text: string): number[] {
  return openings.flatMap((opening) => opening.exec(text)?.index ?? []);
}

function valuesIn(text: string): string[] {
  const found = VALUES.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]));
  const values = found.map((value) =>
    value
      .trim()
      .replace(/[.,;:!?]+$/, "")
      .toLowerCase(),
  );
  return [...new Set(values)].filter((value) => value.length >= 4).slice(0, VALUES_MAX);
}
