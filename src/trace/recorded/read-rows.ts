import type { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import { explainIssue } from "./bad-format.ts";
import type { RefusedRow } from "./recorded-trial.ts";

/** A part of a file that is read by itself, e.g. one line or one sample. */
export interface Row {
  readonly file: string;
  /** For messages: `line 3`, `samples[3]`. */
  readonly where: string;
  readonly value: Json;
}

/** Why one row cannot be read; the others can. */
export class UnreadableRow extends Error {}

/** @throws {UnreadableRow} naming the first thing that is wrong */
export function parseRow<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(value);
  if (error) throw new UnreadableRow(explainIssue(error, "row"));
  return data as z.output<Schema>;
}

/** Reads each row by itself: one that cannot be read is put down with its reason, and the others stay. */
export function readRows<Source extends Pick<Row, "file" | "where">, Read>(
  rows: readonly Source[],
  read: (row: Source) => readonly Read[],
): { readonly read: Read[]; readonly refused: RefusedRow[] } {
  const all: Read[] = [];
  const refused: RefusedRow[] = [];
  for (const row of rows) {
    try {
      for (const each of read(row)) all.push(each);
    } catch (error) {
      refused.push({ file: row.file, where: row.where, why: whyUnreadable(error) });
    }
  }
  return { read: all, refused };
}

function whyUnreadable(error: unknown): string {
  if (error instanceof UnreadableRow) return error.message;
  // The engine's stack is the limit; a row that reaches it was made to.
  if (error instanceof RangeError) return "is nested too deeply";
  throw error;
}
