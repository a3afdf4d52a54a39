import type { ObservedSpan } from "../../domain/index.ts";
import { DIALECTS } from "./all-dialects.ts";
import type { Dialect } from "./dialect.ts";

/** For each attribute's name the dialects whose own it is, a bit for each: spans have the same names again and again. */
const ownersByName = new Map<string, number>();
/** Names come from outside: what is kept of them has an end. */
const NAMES_KEPT_MAX = 10_000;
const NAME_CHARACTERS_MAX = 200;

const ELSEWHERE = DIALECTS.flatMap(({ isElse }, index) => (isElse === undefined ? [] : [{ isElse, bit: 1 << index }]));
const DIALECTS_BY_OWNERS = new Map<number, readonly Dialect[]>();

/** The dialects that may have something to say of a span, in their order. */
export function dialectsOf(span: ObservedSpan): readonly Dialect[] {
  let owners = 0;
  for (const name in span.attributes) owners |= ownersOf(name);
  for (const { isElse, bit } of ELSEWHERE) if (isElse(span)) owners |= bit;
  const known = DIALECTS_BY_OWNERS.get(owners);
  if (known !== undefined) return known;
  const dialects = DIALECTS.filter((_, index) => (owners & (1 << index)) !== 0);
  DIALECTS_BY_OWNERS.set(owners, dialects);
  return dialects;
}

function ownersOf(name: string): number {
  const known = ownersByName.get(name);
  if (known !== undefined) return known;
  const owners = DIALECTS.reduce((bits, { own }, index) => (own.test(name) ? bits | (1 << index) : bits), 0);
  if (name.length > NAME_CHARACTERS_MAX) return owners;
  if (ownersByName.size >= NAMES_KEPT_MAX) ownersByName.clear();
  ownersByName.set(name, owners);
  return owners;
}
