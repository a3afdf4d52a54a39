import { orderOf, sumOf } from "./refunds.ts";
import { ShopError } from "./shop-error.ts";
import type { Order, RefundPolicy, ShopDocument, ShopState } from "./shop-state.ts";

const RESULTS_MAX = 5;

export function searchOrders(state: ShopState, { customerId, text }: { customerId: string; text: string }): Order[] {
  return Object.values(state.orders)
    .filter((order) => order.customerId === customerId)
    .filter(
      ({ items }) =>
        text === "" || items.some(({ name }) => wordsOf(text).some((word) => wordsOf(name).includes(word))),
    )
    .toSorted((left, right) => right.placedAt.localeCompare(left.placedAt))
    .slice(0, RESULTS_MAX);
}

export interface BillingRecord {
  readonly orderId: string;
  readonly charges: ShopState["billing"][string]["charges"];
  readonly paidCents: number;
  readonly refundedCents: number;
  /** False when not all charges could be read: the sums are then too low. */
  readonly isComplete: boolean;
}

export function lookUpBilling(state: ShopState, orderId: string, isPartial: boolean): BillingRecord {
  const { refunds } = orderOf(state, orderId);
  const all = state.billing[orderId]?.charges ?? [];
  const charges = isPartial ? all.slice(0, Math.max(1, Math.floor(all.length / 2))) : all;
  return { orderId, charges, paidCents: sumOf(charges), refundedCents: sumOf(refunds), isComplete: !isPartial };
}

/** A version of the refund policy; the latest unless one is named. */
export function findPolicy(state: ShopState, version: string | undefined): RefundPolicy {
  const latest = Object.keys(state.policies).toSorted().at(-1) ?? "";
  const policy = state.policies[version ?? latest];
  if (!policy) throw new ShopError(404, `there is no refund policy ${version}`);
  return policy;
}

/** Documents by how many of the query's words they hold, as a plain search would rank them: age plays no part. */
export function searchDocuments(state: ShopState, query: string): ShopDocument[] {
  const wanted = wordsOf(query);
  const score = ({ title, text }: ShopDocument) => {
    const words = wordsOf(`${title} ${text}`);
    return wanted.filter((word) => words.includes(word)).length;
  };
  return Object.values(state.documents)
    .filter((each) => score(each) > 0)
    .toSorted((left, right) => score(right) - score(left))
    .slice(0, RESULTS_MAX);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
}
