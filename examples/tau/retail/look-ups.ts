import { isEqual, lowerCase, memberOf, ToolFailure } from "../python-operations.ts";
import { readingTool } from "../tool.ts";
import { compareByCodePoint, type Value } from "../value.ts";
import { dump } from "../value-text.ts";
import { productOf, requireOrder, requireUser } from "./records.ts";

export const lookUps = [
  readingTool("find_user_id_by_email", ["email"], (state, { email }) => {
    for (const [id, user] of state.records("users")) {
      if (lowerCase(memberOf(user, "email")) === lowerCase(email)) return id;
    }
    throw new ToolFailure("user not found");
  }),

  readingTool("find_user_id_by_name_zip", ["first_name", "last_name", "zip"], (state, kwargs) => {
    for (const [id, user] of state.records("users")) {
      const name = memberOf(user, "name");
      const isMatch =
        lowerCase(memberOf(name, "first_name")) === lowerCase(kwargs.first_name) &&
        lowerCase(memberOf(name, "last_name")) === lowerCase(kwargs.last_name) &&
        isEqual(memberOf(memberOf(user, "address"), "zip"), kwargs.zip);
      if (isMatch) return id;
    }
    throw new ToolFailure("user not found");
  }),

  readingTool("get_user_details", ["user_id"], (state, kwargs) => dump(requireUser(state, kwargs.user_id))),
  readingTool("get_order_details", ["order_id"], (state, kwargs) => dump(requireOrder(state, kwargs.order_id))),
  readingTool("get_product_details", ["product_id"], (state, kwargs) => dump(productOf(state, kwargs.product_id))),

  readingTool("list_all_product_types", [], (state) => {
    const ids = new Map<string, Value>();
    for (const [, product] of state.records("products")) {
      ids.set(String(memberOf(product, "name")), memberOf(product, "product_id"));
    }
    return dump(new Map([...ids].sort(([left], [right]) => compareByCodePoint(left, right))));
  }),
];
