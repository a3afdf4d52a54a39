/** A value that is personal by its form and its check digits. */
export interface PersonalValue {
  readonly kind: "card number" | "bank account (IBAN)" | "social security number";
  readonly text: string;
}

const CARD = /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.-]?\d)/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b/g;
const SOCIAL_SECURITY = /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g;
/** A number of nine digits with two dashes is many things. */
const SAYS_SOCIAL_SECURITY = /\b(?:SSN|social security)\b/i;

export function personalValuesIn(text: string): PersonalValue[] {
  if (!/\d/.test(text)) return [];
  const found: PersonalValue[] = [];
  const add = (kind: PersonalValue["kind"], pattern: RegExp, isMeant: (plain: string) => boolean) => {
    for (const [match] of text.matchAll(pattern)) {
      if (isMeant(match.replaceAll(/[ -]/g, ""))) found.push({ kind, text: match });
    }
  };
  add("card number", CARD, isCardNumber);
  add("bank account (IBAN)", IBAN, isIban);
  if (SAYS_SOCIAL_SECURITY.test(text)) add("social security number", SOCIAL_SECURITY, () => true);
  return found;
}

/** Enough to find it, too little to use it. */
export function maskValue(text: string): string {
  return text.length <= 8 ? "..." : `${text.slice(0, 2)}...${text.slice(-2)}`;
}

/** By its first digits, and the check digit (Luhn, ISO/IEC 7812-1). */
function isCardNumber(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || !/^(?:4|5[1-5]|2[2-7]|3[47]|6(?:011|5))/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The remainder by 97 of the number that it makes with letters as 10 to 35 (ISO 13616). */
function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    rest = Number(`${rest}${Number.parseInt(character, 36)}`) % 97;
  }
  return rest === 1;
}
