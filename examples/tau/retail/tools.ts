import { commonTools } from "../common-tools.ts";
import type { Tool } from "../tool.ts";
import { addressTools } from "./addresses.ts";
import { itemTools } from "./items.ts";
import { lookUps } from "./look-ups.ts";
import { paymentTools } from "./payments.ts";

/** An online shop: orders, their items and payments, and the customers' addresses. */
export const retailTools: readonly Tool[] = [
  ...commonTools,
  ...lookUps,
  ...addressTools,
  ...paymentTools,
  ...itemTools,
];
