import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";

/** Where the next page begins, as callers hand it back: the key of the last row they have seen. */
export interface PageKey {
  readonly createdAtMs: number;
  readonly id: string;
}

const PAGE_KEY = /^(\d{1,15})\.(.{1,256})$/su;

export const limitQuery = z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50).describe("rows wanted");

export const pageQuery = {
  limit: limitQuery,
  before: z
    .string()
    .regex(PAGE_KEY, "is no `next` of a page before")
    .optional()
    .describe("`next` of the page before; newest first"),
};

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe("Hand it over as `before` to get the next page; null after the last one."),
  });
}

export function encodePageKey({ createdAtMs, id }: PageKey): string {
  return `${createdAtMs}.${id}`;
}

export function decodePageKey(text: string): PageKey | undefined {
  const [, createdAtMs, id] = PAGE_KEY.exec(text) ?? [];
  return createdAtMs === undefined || id === undefined ? undefined : { createdAtMs: Number(createdAtMs), id };
}
