import { isJsonObject, type Json, type Random } from "../../kernel/index.ts";

const DAY_MS = 86_400_000;

/**
 * A value as it was some time ago: dates are earlier by so many days, and quantities in texts (30 days, 15 %, $20) are
 * others. Ids and bare numbers stay, for nobody can say what they mean.
 */
export function ageValue(value: Json, how: { readonly random: Random; readonly days: number }): Json {
  if (typeof value === "string") return ageText(value, how);
  if (Array.isArray(value)) return value.map((each: Json) => ageValue(each, how));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, ageValue(member ?? null, how)])) as Json;
}

const DATE = /\b(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?/g;
const QUANTITY =
  /([$€£]\s?)(\d+(?:\.\d+)?)\b|\b(\d+(?:\.\d+)?)(\s?(?:%|percent|(?:business |working |calendar )?days?|hours?|minutes?|weeks?|months?|years?|USD|EUR|GBP|dollars?|euros?|kg|kilograms?|pounds?|km|miles?|bags?|items?|nights?|points?)(?![\p{L}\p{N}]))/giu;

function ageText(text: string, { random, days }: { readonly random: Random; readonly days: number }): string {
  return text
    .replaceAll(DATE, (whole, _year, _month, _day, time: string | undefined) => {
      const at = Date.parse(whole.slice(0, 10));
      if (Number.isNaN(at)) return whole;
      return `${new Date(at - days * DAY_MS).toISOString().slice(0, 10)}${time ?? ""}`;
    })
    .replaceAll(QUANTITY, (_whole, currency: string | undefined, price: string, number: string, unit: string) =>
      currency === undefined ? `${otherQuantity(number, random)}${unit}` : `${currency}${otherQuantity(price, random)}`,
    );
}

/** Between half and double, written as finely, and never the same. */
function otherQuantity(text: string, random: Random): string {
  const decimals = text.split(".")[1]?.length ?? 0;
  const number = Number(text);
  const drawn = (number * 2 ** (2 * random() - 1)).toFixed(decimals);
  return drawn === number.toFixed(decimals) ? (number + 1).toFixed(decimals) : drawn;
}
