import { createHash } from "node:crypto";
import type { MemoryScope } from "../../domain/index.ts";
import { type Fragment, sql } from "../statement.ts";

export function isOfScope({ kind, id }: MemoryScope): Fragment {
  return sql`scope_kind = ${kind} AND scope_id = ${id}`;
}

/** One word for a scope, so that a full-text index finds its entries without looking at anybody else's. */
export function hashScope({ kind, id }: MemoryScope): string {
  return createHash("sha256").update(`${kind}:${id}`).digest("hex");
}
