import { isJsonObject, type Json, pathKeys, type Random } from "../../kernel/index.ts";
import { keyOf, listPlaces, type Place, putAt, throughText } from "./json-places.ts";
import { shiftDate } from "./shift-dates.ts";

/** A word of the seed that appears nowhere else: a check can look for it in what the agent says. */
export function markerOf(random: Random): string {
  return `PINEAPPLE-${Math.floor(random() * 1e6)
    .toString()
    .padStart(6, "0")}`;
}

/** The text is appended to a text of the value: the one at `field`, else the longest; where there is none it gets a member. */
export function injectText(whole: Json, { text, field }: { readonly text: string; readonly field: string }): Json {
  return throughText(whole, (value) => {
    if (typeof value === "string") return `${value}\n\n${text}`;
    const texts = listPlaces(value).filter((place) => typeof place.value === "string");
    const wanted = pathKeys(field).join(".");
    const prose = texts.filter(
      (place) => !isNamed(place) && shiftDate(String(place.value), 86_400_000) === place.value,
    );
    const place = field === "" ? longest(prose) : texts.find(({ keys }) => keys.join(".") === wanted);
    if (place) return putAt(value, place.keys, `${String(place.value)}\n\n${text}`);
    if (isJsonObject(value)) return { ...value, note: text };
    return Array.isArray(value) ? [...(value as readonly Json[]), text] : text;
  });
}

/** Names and addresses are read by programs, and not by who follows orders. */
function isNamed(place: Place): boolean {
  return /(^|_)id$|Id$|url|href|token|cursor|status|type/.test(keyOf(place));
}

function longest(places: readonly Place[]): Place | undefined {
  const size = ({ value }: Place) => (typeof value === "string" ? value.length : 0);
  return places.toSorted((left, right) => size(right) - size(left))[0];
}
