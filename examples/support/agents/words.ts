import type { Order } from "../shop/shop-state.ts";

const DAY_MS = 86_400_000;

export function inEuro(cents: number): string {
  return `EUR ${(cents / 100).toFixed(2)}`;
}

/** Infinite for what was never delivered. */
export function daysBetween(deliveredAt: string | null, today: string): number {
  if (deliveredAt === null) return Number.POSITIVE_INFINITY;
  return (Date.parse(`${today}T23:59:59Z`) - Date.parse(deliveredAt)) / DAY_MS;
}

export function refundedCents({ refunds }: Order): number {
  return refunds.reduce((sum, { amountCents }) => sum + amountCents, 0);
}

/** The price of the only item the text names, or undefined where it names none or several. */
export function priceOfItem({ items }: Order, text: string): number | undefined {
  const named = items.filter(({ name }) =>
    name.split(" ").some((word) => word.length > 4 && text.toLowerCase().includes(word.toLowerCase())),
  );
  const [item] = named;
  return named.length === 1 && item && items.length > 1 ? item.priceCents : undefined;
}

const COMMON = new Set([
  "refund",
  "money",
  "back",
  "want",
  "please",
  "return",
  "order",
  "would",
  "like",
  "them",
  "they",
  "that",
  "with",
]);

/** The words of a message that may name a thing. */
export function wordsToSearch(text: string): string {
  const words = text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  return words.filter((word) => !COMMON.has(word)).join(" ");
}
