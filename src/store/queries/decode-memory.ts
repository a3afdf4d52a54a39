import type { MemoryEntry } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { jsonOf, numberOf, type StoredRow, textOf, textOrNullOf, wordOf } from "../stored-row.ts";

/** @throws {AegisError} "store.corrupt" */
export function decodeMemory(row: StoredRow): MemoryEntry {
  return {
    scope: {
      kind: wordOf(row["scope_kind"], ["user", "agent"], "memory_entry.scope_kind"),
      id: textOf(row, "scope_id"),
    },
    key: textOf(row, "key"),
    value: jsonOf(row, "value"),
    version: numberOf(row, "version"),
    updatedAtMs: numberOf(row, "updated_at_ms"),
    runId: textOrNullOf(row, "run_id") as Id<"run"> | null,
  };
}
