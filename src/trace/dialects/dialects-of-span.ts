import type { ObservedSpan } from "../../domain/index.ts";
import { DIALECTS } from "./all-dialects.ts";
import type { AttributeNames } from "./attribute-names.ts";
import type { Dialect } from "./dialect.ts";

const ELSEWHERE = DIALECTS.flatMap(({ isElse }, index) => (isElse === undefined ? [] : [{ isElse, bit: 1 << index }]));
const DIALECTS_BY_OWNERS = new Map<number, readonly Dialect[]>();

/** The dialects that may have something to say of a span, in their order. @param names those of its attributes */
export function dialectsOf(span: ObservedSpan, names: AttributeNames): readonly Dialect[] {
  let owners = names.answer(ownersOf);
  for (const { isElse, bit } of ELSEWHERE) if (isElse(span)) owners |= bit;
  const known = DIALECTS_BY_OWNERS.get(owners);
  if (known !== undefined) return known;
  const dialects = DIALECTS.filter((_, index) => (owners & (1 << index)) !== 0);
  DIALECTS_BY_OWNERS.set(owners, dialects);
  return dialects;
}

/** The dialects whose own some of the names are, a bit for each. */
function ownersOf(names: readonly string[]): number {
  let owners = 0;
  for (const [index, { own }] of DIALECTS.entries()) if (names.some((name) => own.test(name))) owners |= 1 << index;
  return owners;
}
