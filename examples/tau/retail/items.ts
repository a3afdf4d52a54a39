import {
  append,
  arithmetic,
  countOf,
  entryOf,
  findEntry,
  isEqual,
  isLess,
  itemsOf,
  lengthOf,
  memberOf,
  objectMember,
  roundToCents,
  sorted,
} from "../python-operations.ts";
import type { State } from "../state.ts";
import { writingTool } from "../tool.ts";
import { isObject, type Value, type ValueObject } from "../value.ts";
import { dump, plainText } from "../value-text.ts";
import { changePaymentMethod, isGiftCardId, paymentEntry, paymentMethodsOf, refuse, requireOrder } from "./records.ts";

const EXCHANGE = ["order_id", "item_ids", "new_item_ids", "payment_method_id"] as const;
type Exchange = Readonly<Record<(typeof EXCHANGE)[number], Value>>;

export const itemTools = [
  writingTool("modify_pending_order_items", EXCHANGE, modifyItems),
  writingTool("exchange_delivered_order_items", EXCHANGE, exchangeItems),

  writingTool("return_delivered_order_items", ["order_id", "item_ids", "payment_method_id"], (state, kwargs) => {
    const { order_id: orderId, item_ids: itemIds, payment_method_id: paymentMethodId } = kwargs;
    const order = requireOrder(state, orderId);
    if (memberOf(order, "status") !== "delivered") refuse("non-delivered order cannot be returned");
    if (findEntry(paymentMethodsOf(state, order), paymentMethodId) === undefined) refuse("payment method not found");
    const [first = null] = itemsOf(memberOf(order, "payment_history"));
    if (!isGiftCardId(paymentMethodId) && !isEqual(paymentMethodId, memberOf(first, "payment_method_id"))) {
      refuse("payment method should be either the original payment method or a gift card");
    }
    checkItems(order, itemIds, () => "some item not found");
    const changed = state.change("orders", String(orderId));
    changed.set("status", "return requested");
    changed.set("return_items", sorted(itemsOf(itemIds)));
    changed.set("return_payment_method_id", paymentMethodId);
    return dump(changed);
  }),
];

/** The amount stays unrounded here, as an exchange's does not. */
function modifyItems(state: State, kwargs: Exchange): string {
  const { order_id: orderId, payment_method_id: paymentMethodId } = kwargs;
  const order = requireOrder(state, orderId);
  if (memberOf(order, "status") !== "pending") refuse("non-pending order cannot be modified");
  const difference = priceDifference(state, order, kwargs);
  const method = findEntry(paymentMethodsOf(state, order), paymentMethodId) ?? refuse("payment method not found");
  const isGiftCard = memberOf(method, "source") === "gift_card";
  if (isGiftCard && isLess(memberOf(method, "balance"), difference)) {
    refuse("insufficient gift card balance to pay for the new item");
  }
  const changed = state.change("orders", String(orderId));
  const kind = difference > 0 ? "payment" : "refund";
  append(memberOf(changed, "payment_history"), paymentEntry(kind, sizeOf(difference), paymentMethodId));
  if (isGiftCard) {
    const giftCard = changePaymentMethod(state, order, paymentMethodId);
    giftCard.set("balance", roundToCents(arithmetic(memberOf(giftCard, "balance"), "-", difference, "-=")));
  }
  for (const [itemId, newItemId] of pairsOf(kwargs)) replaceItem(state, changed, { itemId, newItemId });
  changed.set("status", "pending (item modified)");
  return dump(changed);
}

function exchangeItems(state: State, kwargs: Exchange): string {
  const { order_id: orderId, payment_method_id: paymentMethodId } = kwargs;
  const order = requireOrder(state, orderId);
  if (memberOf(order, "status") !== "delivered") refuse("non-delivered order cannot be exchanged");
  const difference = roundToCents(priceDifference(state, order, kwargs));
  const method = findEntry(paymentMethodsOf(state, order), paymentMethodId) ?? refuse("payment method not found");
  if (memberOf(method, "source") === "gift_card" && isLess(memberOf(method, "balance"), difference)) {
    refuse("insufficient gift card balance to pay for the price difference");
  }
  const changed = state.change("orders", String(orderId));
  changed.set("status", "exchange requested");
  changed.set("exchange_items", sorted(itemsOf(kwargs.item_ids)));
  changed.set("exchange_new_items", sorted(itemsOf(kwargs.new_item_ids)));
  changed.set("exchange_payment_method_id", paymentMethodId);
  changed.set("exchange_price_difference", difference);
  return dump(changed);
}

/** What the new items cost more than the old ones, after all checks of the two lists. */
function priceDifference(state: State, order: ValueObject, kwargs: Exchange): bigint | number {
  checkItems(order, kwargs.item_ids, (itemId) => `${plainText(itemId)} not found`);
  if (lengthOf(kwargs.item_ids) !== lengthOf(kwargs.new_item_ids)) {
    refuse("the number of items to be exchanged should match");
  }
  let difference: bigint | number = 0n;
  for (const [itemId, newItemId] of pairsOf(kwargs)) {
    const item = findItem(order, itemId);
    const variants = variantsOf(state, item);
    const variant = findEntry(variants, newItemId);
    if (variant === undefined || memberOf(variant, "available") !== true) {
      refuse(`new item ${plainText(newItemId)} not found or available`);
    }
    const step = arithmetic(memberOf(entryOf(variants, newItemId), "price"), "-", memberOf(item, "price"));
    difference = arithmetic(difference, "+", step, "+=");
  }
  return difference;
}

/** No id may be asked for more often than the order holds it. */
function checkItems(order: ValueObject, itemIds: Value, refusal: (itemId: Value) => string): void {
  const present = itemsOf(memberOf(order, "items")).map((item) => memberOf(item, "item_id"));
  for (const itemId of itemsOf(itemIds)) {
    if (countOf(itemIds, itemId) > countOf(present, itemId)) refuse(refusal(itemId));
  }
}

function replaceItem(
  state: State,
  order: ValueObject,
  ids: { readonly itemId: Value; readonly newItemId: Value },
): void {
  const item = findItem(order, ids.itemId);
  const variant = entryOf(variantsOf(state, item), ids.newItemId);
  item.set("item_id", ids.newItemId);
  item.set("price", memberOf(variant, "price"));
  item.set("options", memberOf(variant, "options"));
}

/** The first item with the id, also where the order holds it twice. */
function findItem(order: ValueObject, itemId: Value): ValueObject {
  const found = itemsOf(memberOf(order, "items")).find((item) => isEqual(memberOf(item, "item_id"), itemId));
  return isObject(found) ? found : refuse("list index out of range");
}

function variantsOf(state: State, item: ValueObject): ValueObject {
  return objectMember(state.find("products", memberOf(item, "product_id")), "variants");
}

function pairsOf(kwargs: Exchange): [Value, Value][] {
  const newItemIds = itemsOf(kwargs.new_item_ids);
  return itemsOf(kwargs.item_ids).flatMap((itemId, index) => {
    const newItemId = newItemIds[index];
    return newItemId === undefined ? [] : [[itemId, newItemId]];
  });
}

/** `abs(x)` */
function sizeOf(value: bigint | number): bigint | number {
  return typeof value === "number" ? Math.abs(value) : value < 0n ? -value : value;
}
