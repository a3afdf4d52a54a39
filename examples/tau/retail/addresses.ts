import { memberOf } from "../python-operations.ts";
import { writingTool } from "../tool.ts";
import { objectOf, type Value, type ValueObject } from "../value.ts";
import { dump } from "../value-text.ts";
import { refuse, requireOrder, requireUser } from "./records.ts";

const ADDRESS = ["address1", "address2", "city", "state", "country", "zip"] as const;

export const addressTools = [
  writingTool("modify_pending_order_address", ["order_id", ...ADDRESS], (state, kwargs) => {
    const order = requireOrder(state, kwargs.order_id);
    if (memberOf(order, "status") !== "pending") refuse("non-pending order cannot be modified");
    const changed = state.change("orders", String(kwargs.order_id));
    changed.set("address", addressOf(kwargs));
    return dump(changed);
  }),

  writingTool("modify_user_address", ["user_id", ...ADDRESS], (state, kwargs) => {
    requireUser(state, kwargs.user_id);
    const changed = state.change("users", String(kwargs.user_id));
    changed.set("address", addressOf(kwargs));
    return dump(changed);
  }),
];

/** A changed address has its keys in this order; in the data files the country comes before the state. */
function addressOf(kwargs: Readonly<Record<(typeof ADDRESS)[number], Value>>): ValueObject {
  return objectOf(Object.fromEntries(ADDRESS.map((key) => [key, kwargs[key]])));
}
