/** Money is counted in integer micro-USD: 1 USD = 1,000,000. An unknown price is null, never 0. */
export type MicroUsd = number;

export function microUsdFromUsd(usd: number): MicroUsd {
  return Math.round(usd * 1_000_000);
}

/** The sum, or null as soon as one part is unknown. */
export function sumMicroUsd(parts: readonly (MicroUsd | null)[]): MicroUsd | null {
  return parts.reduce<MicroUsd | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

/** `$0.0123`, `$12.30`, or `unknown`. */
export function formatMicroUsd(amount: MicroUsd | null): string {
  if (amount === null) return "unknown";
  const usd = amount / 1_000_000;
  return `$${usd.toFixed(Math.abs(usd) >= 1 || usd === 0 ? 2 : 4)}`;
}
