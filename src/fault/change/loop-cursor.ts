import { isJsonObject, type Json } from "../../kernel/index.ts";
import { isIndex, keyOf, listPlaces, type Place, putAt, throughText } from "./json-places.ts";

const NEXT =
  /^(next|next_?(page|cursor|token|url|link|page_?token)|end_?cursor|cursor|page_?token|continuation(_?token)?)$/i;
const MORE = /^(has_?(more|next|next_?page))$/i;
const OWN = /^(cursor|page|after|offset|page_?token|next_?(token|cursor)|starting_?after|continuation(_?token)?)$/i;

/**
 * The next page is the one that was asked for, again and again.
 * @param asked what the call was asked with, where its own cursor stands
 */
export function loopCursor(whole: Json, asked: Json): Json {
  return throughText(whole, (value) => {
    const own = listPlaces(asked).find(
      ({ keys, value: each }) => keys.length > 0 && isCursor(keys, OWN) && isToken(each),
    );
    const nexts = listPlaces(value).filter(
      (place) => isCursor(place.keys, NEXT) && (isToken(place.value) || place.value === null),
    );
    const mores = listPlaces(value).filter((place) => isCursor(place.keys, MORE));
    const looped = nexts.reduce((changed, place) => putAt(changed, place.keys, nextOf(place, own?.value)), value);
    const withMore = mores.reduce((changed, { keys }) => putAt(changed, keys, true), looped);
    // Without a place for a cursor there gets one: a list of a server that has learned to page.
    return nexts.length === 0 && isJsonObject(withMore)
      ? { ...withMore, next_cursor: own?.value ?? FIRST_PAGE }
      : withMore;
  });
}

/** Base64 of `{"offset":0}`, as many services write their cursors. */
const FIRST_PAGE = "eyJvZmZzZXQiOjB9";

function nextOf(place: Place, own: Json | undefined): Json {
  return own ?? place.value ?? FIRST_PAGE;
}

function isCursor(keys: readonly string[], name: RegExp): boolean {
  const last = keys.at(-1);
  return last !== undefined && !isIndex(last) && name.test(keyOf({ keys, value: null }));
}

function isToken(value: Json): boolean {
  return typeof value === "string" || typeof value === "number";
}
