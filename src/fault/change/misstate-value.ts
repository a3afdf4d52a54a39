import { type Json, pathKeys, type Random } from "../../kernel/index.ts";
import { isLeaf, keyOf, listPlaces, type Place, putAt, throughText } from "./json-places.ts";
import { shiftDate } from "./shift-dates.ts";

/** One value is wrong, and looks right: another amount, another day, another word that the answer uses there. */
export function misstateValue(
  whole: Json,
  { field, random }: { readonly field: string; readonly random: Random },
): Json {
  return throughText(whole, (value) => {
    const places = listPlaces(value).filter((place) => isLeaf(place.value) && place.value !== null);
    const meant = field === "" ? likeliest(places) : places.filter(({ keys }) => isAt(keys, pathKeys(field)));
    const place = meant[Math.floor(random() * meant.length)];
    return place ? putAt(value, place.keys, misstated(place, places, random)) : value;
  });
}

/** Quantities and days before other values; names of things last, since nobody takes a wrong one for right. */
function likeliest(places: readonly Place[]): readonly Place[] {
  const facts = places.filter((place) => !/(^|_)id$|Id$|url|href|token|cursor/.test(keyOf(place)));
  const quantities = facts.filter(({ value }) => typeof value === "number" || isDate(value));
  return [quantities, facts, places].find((some) => some.length > 0) ?? [];
}

function misstated(place: Place, places: readonly Place[], random: Random): Json {
  const { value } = place;
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return otherNumber(value, random);
  if (typeof value !== "string") return value;
  if (isDate(value)) return shiftDate(value, (1 + Math.floor(random() * 6)) * 86_400_000);
  const others = places.filter((each) => keyOf(each) === keyOf(place) && each.value !== value);
  return others[Math.floor(random() * others.length)]?.value ?? otherText(value, random);
}

/** Off by 10 to 60 %, with as many decimals as before. */
function otherNumber(value: number, random: Random): number {
  const decimals = /\.(\d+)/.exec(String(value))?.[1]?.length ?? 0;
  const factor = 1 + (random() < 0.5 ? -1 : 1) * (0.1 + random() * 0.5);
  const moved = Number((value * factor).toFixed(decimals));
  return moved === value ? value + 10 ** -decimals : moved;
}

/** One digit is another; without digits, the last word is gone or the text has one more. */
function otherText(text: string, random: Random): string {
  const digits = [...text.matchAll(/\d/g)];
  const digit = digits[Math.floor(random() * digits.length)];
  if (digit) {
    const other = (Number(digit[0]) + 1 + Math.floor(random() * 9)) % 10;
    return `${text.slice(0, digit.index)}${other}${text.slice(digit.index + 1)}`;
  }
  return /\s\S+$/.test(text) ? text.replace(/\s\S+$/, "") : `${text} II`;
}

function isDate(value: Json): boolean {
  return typeof value === "string" && shiftDate(value, 86_400_000) !== value;
}

function isAt(keys: readonly string[], wanted: readonly string[]): boolean {
  const plain = keys.filter((key) => !/^\d+$/.test(key));
  return [keys, plain].some(
    (each) => each.length === wanted.length && each.every((key, index) => key === wanted[index]),
  );
}
