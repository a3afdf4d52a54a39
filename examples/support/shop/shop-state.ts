import { readFileSync } from "node:fs";
import type { Trouble } from "./trouble.ts";

/** Everything the shop knows; records by id. Amounts are euro cents. */
export interface ShopState {
  readonly customers: Record<string, Customer>;
  readonly orders: Record<string, Order>;
  readonly billing: Record<string, Billing>;
  /** Refund policies by version. */
  readonly policies: Record<string, RefundPolicy>;
  readonly documents: Record<string, ShopDocument>;
  readonly refundRequests: Record<string, RefundRequest>;
  readonly tickets: Record<string, Ticket>;
  readonly messages: Record<string, CustomerMessage>;
}

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly tier: "standard" | "gold";
  readonly since: string;
  /** For staff only. */
  readonly internalNote: string;
  /** For nobody: it identifies a payment card. */
  readonly cardFingerprint: string;
}

export interface Order {
  readonly id: string;
  readonly customerId: string;
  status: "processing" | "shipped" | "delivered" | "refunded";
  readonly placedAt: string;
  readonly deliveredAt: string | null;
  readonly expectedAt?: string;
  readonly carrier?: string;
  readonly items: readonly { readonly name: string; readonly quantity: number; readonly priceCents: number }[];
  readonly totalCents: number;
  refunds: { readonly id: string; readonly amountCents: number; readonly at: string }[];
}

export interface Billing {
  readonly orderId: string;
  readonly charges: readonly { readonly id: string; readonly amountCents: number; readonly at: string }[];
}

export interface RefundPolicy {
  readonly id: "refund-policy";
  readonly version: string;
  readonly updatedAt: string;
  readonly windowDays: number;
  /** Larger refunds need a person's approval. */
  readonly approvalOverCents: number;
  readonly payoutBusinessDays: string;
}

export interface ShopDocument {
  readonly id: string;
  readonly title: string;
  readonly updatedAt: string;
  readonly text: string;
}

export interface RefundRequest {
  readonly id: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly reason: string;
  readonly status: "draft";
  readonly at: string;
}

export interface Ticket {
  readonly id: string;
  readonly orderId: string | null;
  readonly summary: string;
  readonly urgency: "normal" | "high";
  readonly at: string;
}

export interface CustomerMessage {
  readonly id: string;
  readonly customerId: string;
  readonly text: string;
  readonly at: string;
}

/** What a case may change: records of the base state, and the trouble its calls run into. */
export interface ShopSetup {
  readonly behaviour?: Readonly<Record<string, readonly Trouble[]>>;
  readonly [collection: string]: unknown;
}

/** The base fixtures with a case's own records laid over them, key by key; lists and plain values are replaced. */
export function shopStateFrom({ behaviour: _behaviour, ...changes }: ShopSetup = {}): ShopState {
  return mergeRecords(baseState(), changes) as unknown as ShopState;
}

function baseState(): Record<string, unknown> {
  const stored = ["customers", "orders", "billing", "policies", "documents"].map((name) => [name, readFixture(name)]);
  return { ...Object.fromEntries(stored), refundRequests: {}, tickets: {}, messages: {} };
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"));
}

function mergeRecords(base: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, change] of Object.entries(changes)) {
    const before = base[key];
    merged[key] = isRecord(before) && isRecord(change) ? mergeRecords(before, change) : change;
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
