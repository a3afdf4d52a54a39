import type { Cell, Statement } from "./sql.ts";

/** A statement, or a piece of one, that others can be built around. */
export interface Fragment extends Statement {
  /** The texts around its parameters: one more than there are cells. */
  readonly pieces: readonly string[];
}

/**
 * Writes a statement: what stands in `${}` becomes a parameter, or, where it is a fragment, part of the text. Every
 * occurrence is a parameter of its own, so Postgres works out each one's type from its place alone.
 */
export function sql(texts: TemplateStringsArray, ...values: readonly (Cell | Fragment)[]): Fragment {
  let open = texts[0] ?? "";
  const pieces: string[] = [];
  const cells: Cell[] = [];
  for (const [index, value] of values.entries()) {
    if (typeof value === "object" && value !== null) {
      for (const piece of value.pieces.slice(0, -1)) {
        pieces.push(open + piece);
        open = "";
      }
      open += value.pieces.at(-1) ?? "";
      cells.push(...value.cells);
    } else {
      pieces.push(open);
      open = "";
      cells.push(value);
    }
    open += texts[index + 1] ?? "";
  }
  return fragmentOf([...pieces, open], cells);
}

/** Fragments joined by a text: `joined(conditions, " AND ")`. */
export function joined(fragments: readonly Fragment[], separator: string): Fragment {
  const pieces: string[] = [];
  const cells: Cell[] = [];
  let open = "";
  for (const [index, fragment] of fragments.entries()) {
    if (index > 0) open += separator;
    for (const piece of fragment.pieces.slice(0, -1)) {
      pieces.push(open + piece);
      open = "";
    }
    open += fragment.pieces.at(-1) ?? "";
    for (const cell of fragment.cells) cells.push(cell);
  }
  return fragmentOf([...pieces, open], cells);
}

/** All of the conditions that apply; whoever leaves one out passes false. */
export function allOf(conditions: readonly (Fragment | false | undefined)[]): Fragment {
  const applying = conditions.filter((condition) => condition !== false && condition !== undefined);
  return applying.length === 0 ? sql`1 = 1` : joined(applying, " AND ");
}

/** A list of values for IN; never empty, since databases do not agree on an empty one. */
export function listOf(values: readonly Cell[]): Fragment {
  return joined(
    values.map((value) => sql`${value}`),
    ", ",
  );
}

function fragmentOf(pieces: readonly string[], cells: readonly Cell[]): Fragment {
  const text = pieces.reduce((before, piece, index) => `${before}$${index}${piece}`);
  return { text, cells, pieces };
}
