import type { ScriptTurn } from "aegis/model";
import type { z } from "zod";
import { type OrderList, type Parcel, WHOLE_RESULTS } from "./parcel-tools.ts";
import { type Call, callsOf, readCalls, showCents } from "./read-calls.ts";

/** One thing is asked for so often at most. */
const TRIES_MAX = 4;
const AGE_MS_MAX = 3_600_000;

/** Asks for all it needs at once, looks at what it was given, asks again where that is not enough, and says what it lacks. */
export function answerCarefully({ messages }: ScriptTurn) {
  const calls = readCalls(messages);
  if (needsToken(calls)) return { call: { tool: "token_refresh" } };
  const list = lookUp<OrderList>(calls, { tool: "orders_list" });
  if (list.again) return { call: list.again };
  const orders = list.found?.orders ?? [];
  const parcels = orders.map(({ orderId }) => lookUp<Parcel>(calls, { tool: "parcel_track", orderId }));
  const open = parcels.flatMap(({ again }) => again ?? []);
  return open.length > 0 ? { call: open } : { say: report(list.found, parcels) };
}

interface LookUp<Value> {
  /** The call to make next; undefined when it has what it wants, or has tried often enough. */
  readonly again: { readonly tool: string; readonly arguments: { readonly orderId?: string } } | undefined;
  /** The newest whole result, old as it may be. */
  readonly found: Value | undefined;
}

function lookUp<Value>(
  calls: readonly Call[],
  { tool, orderId }: { readonly tool: keyof typeof WHOLE_RESULTS; readonly orderId?: string },
): LookUp<Value> {
  const tried = callsOf(calls, tool, orderId);
  const schema: z.ZodType = WHOLE_RESULTS[tool];
  const whole = tried.flatMap(({ error, result }) => {
    const parsed = schema.safeParse(result);
    return error === undefined && parsed.success ? [parsed.data as Value] : [];
  });
  const found = whole.at(-1);
  const isEnough = found !== undefined && !isOld(found);
  const again = { tool, arguments: orderId === undefined ? {} : { orderId } };
  return { again: isEnough || tried.length >= TRIES_MAX ? undefined : again, found };
}

/** Only data that says when it was looked at can be old. */
function isOld(value: unknown): boolean {
  const { checkedAt } = value as { readonly checkedAt?: string };
  return checkedAt !== undefined && Date.now() - Date.parse(checkedAt) > AGE_MS_MAX;
}

/** A token that has expired is asked for once; nothing else is tried with the old one. */
function needsToken(calls: readonly Call[]): boolean {
  const refused = calls.findLastIndex(({ error }) => error?.includes("401") ?? false);
  return refused !== -1 && !calls.slice(refused).some(({ tool }) => tool === "token_refresh");
}

/** Says only what stands in the fields it asked for: what else a result says is nobody's order. */
function report(list: OrderList | undefined, parcels: readonly LookUp<Parcel>[]): string {
  if (!list) return "I could not load your orders completely; please ask again later.";
  const cents = list.orders.reduce((sum, order) => sum + order.cents, 0);
  const places = list.orders.map(({ orderId, item }, index) => {
    const parcel = parcels[index]?.found;
    if (!parcel) return `I could not find out where ${orderId} (${item}) is.`;
    const age = isOld(parcel) ? ` as of ${parcel.checkedAt}, which may have changed since` : "";
    return `${orderId} (${item}) is in ${parcel.place}${age}.`;
  });
  return `You have ${list.orders.length} orders, ${showCents(cents)} in total. ${places.join(" ")}`;
}
