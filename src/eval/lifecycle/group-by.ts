import type { EvalRun } from "../../domain/index.ts";

/** What runs of a suite are put together by. */
export const GROUPINGS = ["version", "model", "prompt", "run", "week", "month", "quarter"] as const;
export type GroupBy = (typeof GROUPINGS)[number];

/** The name of the group a run belongs to. Times are in UTC, weeks as ISO 8601 counts them. */
export function groupKey(
  { run, prompt }: { readonly run: EvalRun; readonly prompt?: string | null },
  { by, isOneAgent }: { readonly by: GroupBy; readonly isOneAgent: boolean },
): string {
  const at = new Date(run.startedAtMs);
  const version = isOneAgent ? run.agent.version : `${run.agent.name} ${run.agent.version}`;
  switch (by) {
    case "version":
      return version;
    case "model":
      return run.models.length === 0 ? "no model" : run.models.join("+");
    case "prompt":
      return prompt === undefined || prompt === null ? "unknown prompt" : `prompt ${prompt}`;
    case "run":
      return run.name;
    case "week":
      return isoWeek(at);
    case "month":
      return at.toISOString().slice(0, 7);
    case "quarter":
      return `${at.getUTCFullYear()}-Q${Math.floor(at.getUTCMonth() / 3) + 1}`;
  }
}

const DAY_MS = 86_400_000;

/** "2026-W47": the week belongs to the year its Thursday lies in. */
function isoWeek(at: Date): string {
  const weekday = (at.getUTCDay() + 6) % 7;
  const thursday = new Date(at.getTime() + (3 - weekday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, "0")}`;
}
