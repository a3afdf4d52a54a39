import { invariant, LIMITS } from "../../kernel/index.ts";
import type { ListPage } from "../runtime-store.ts";
import { type Fragment, sql } from "../statement.ts";

/** The rows behind the last one of the page before, newest first by (created_at_ms, id). */
export function olderThan(before: ListPage["before"]): Fragment | undefined {
  return before && sql`(created_at_ms, id) < (${before.createdAtMs}, ${before.id})`;
}

export function newestFirst(limit: number): Fragment {
  return sql`ORDER BY created_at_ms DESC, id DESC LIMIT ${boundedLimit(limit)}`;
}

export function boundedLimit(limit: number): number {
  invariant(Number.isInteger(limit) && limit >= 1 && limit <= LIMITS.pageRowsMax, "whoever asks bounds the page");
  return limit;
}
