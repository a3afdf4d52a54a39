import { words } from "./words-of.ts";

const SCRIPTS: readonly (readonly [language: string, letters: RegExp])[] = [
  ["Japanese", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["Chinese", /\p{Script=Han}/gu],
  ["Korean", /\p{Script=Hangul}/gu],
  ["Cyrillic script", /\p{Script=Cyrillic}/gu],
  ["Arabic script", /\p{Script=Arabic}/gu],
  ["Devanagari script", /\p{Script=Devanagari}/gu],
  ["Greek", /\p{Script=Greek}/gu],
  ["Hebrew script", /\p{Script=Hebrew}/gu],
  ["Thai", /\p{Script=Thai}/gu],
];

/** Small words that stand in nearly every sentence of a language, and seldom in another's. */
const SMALL_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  English: setOf("the and is are was to of in it my your you this that for with have not can would please i be on but"),
  Spanish: setOf(
    "el los las una y es está por para que con mi su pero muy como quiero puede gracias hola del al lo se",
  ),
  German: setOf(
    "der die das und ist nicht ich sie ein eine mit für auf zu den dem bitte kann wie mein haben von wir es",
  ),
  French: setOf("le les une et est pas je vous pour avec dans sur mon ma ce merci bonjour puis suis des du au que qui"),
  Portuguese: setOf(
    "os uma não você para com meu minha obrigado olá por que está são isso mas muito quero do da em ao",
  ),
  Italian: setOf("il gli una è non per con mio mia che sono grazie ciao vorrei questo della del di anche ho può ma"),
  Dutch: setOf("het een en is niet ik je van voor met op dat mijn kan graag wil heb dit zijn er maar bedankt hallo"),
  Polish: setOf("nie jest się na do że to czy mam mój proszę dziękuję chcę jak ale dla w z i o co"),
  Turkish: setOf("bir ve bu için ne var mı değil ben siz lütfen teşekkürler merhaba ama çok istiyorum nasıl"),
};

const WORDS_MIN = 3;

/** The language most of a text is in; "unclear" for texts too short or too mixed to tell. */
export function languageOf(text: string): string {
  const all = words(text).filter((word) => !/\p{N}/u.test(word));
  const letters = all.join("").length;
  const ofScript = SCRIPTS.find(([, pattern]) => (text.match(pattern)?.length ?? 0) > SCRIPT_SHARE * letters);
  if (ofScript) return ofScript[0];
  if (all.length < WORDS_MIN) return "unclear";
  const lower = all.map((word) => word.toLowerCase());
  const scored = Object.entries(SMALL_WORDS)
    .map(([language, small]) => ({ language, hits: lower.filter((word) => small.has(word)).length }))
    .toSorted((left, right) => right.hits - left.hits);
  const [first, second] = scored;
  return first && first.hits > 0 && first.hits > (second?.hits ?? 0) ? first.language : "unclear";
}

/** Japanese mixes its own letters into Chinese ones. */
const SCRIPT_SHARE = 0.2;

function setOf(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
