/**
 * Milliseconds since the epoch of an ISO time. A time without a zone is taken as UTC: the recorder's zone is unknown,
 * and durations stay right.
 *
 * @returns null for anything that is no time
 */
export function parseRecordedTime(text: string | null | undefined): number | null {
  if (!text) return null;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const ms = Date.parse(hasZone ? text : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(ms) ? null : ms;
}
