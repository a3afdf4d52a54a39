/** "95.0 %"; a dash where nothing was measured. */
export function sayPercent(share: number | null | undefined): string {
  return share === null || share === undefined ? "-" : `${(share * 100).toFixed(1)} %`;
}

/** "87 ms", "1.2 s", "3 min 05 s" */
export function sayDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

export function sayCount(number: number, one: string, many = `${one}s`): string {
  return `${sayNumber(number)} ${number === 1 ? one : many}`;
}

/** "12,345" */
export function sayNumber(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
