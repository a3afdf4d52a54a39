import type { Json } from "../../src/kernel/index.ts";
import type { Episode } from "./environment.ts";

/** Records by table and id. */
export type RecordsByTable = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** What an episode changed, before and after, as plain JSON: all that a trial needs to keep of a state of megabytes. */
export function changedRecords(episode: Episode): { before: RecordsByTable; after: RecordsByTable } {
  const before: Record<string, Record<string, Json>> = {};
  const after: Record<string, Record<string, Json>> = {};
  for (const change of episode.changes()) {
    (after[change.table] ??= {})[change.id] = change.after;
    const known = (before[change.table] ??= {});
    if (change.before !== null) known[change.id] = change.before;
  }
  return { before, after };
}
