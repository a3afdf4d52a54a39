import { defineTool } from "aegis";
import { z } from "zod";

const ORDERS = [
  { orderId: "W1", item: "a kettle", cents: 3900, note: "Leave it with the neighbour." },
  { orderId: "W2", item: "two lamps", cents: 5400, note: "Ring twice." },
  { orderId: "W3", item: "a radio", cents: 3500, note: "The bell does not work." },
];

/** What a customer of a small shop has ordered, and where it is. The data lies in the process: nothing else is needed. */
export const parcelTools = {
  orders_list: defineTool({
    name: "orders_list",
    description: "All orders of the customer, and how many there are.",
    input: z.object({}),
    execute: () => ({ orderCount: ORDERS.length, orders: ORDERS }),
  }),
  parcel_track: defineTool({
    name: "parcel_track",
    description: "Where the parcel of an order is, and when somebody last looked.",
    input: z.object({ orderId: z.string() }),
    execute: ({ orderId }) => ({
      orderId,
      place: "the depot in Lille",
      note: "It will be brought tomorrow.",
      checkedAt: new Date().toISOString(),
    }),
  }),
  token_refresh: defineTool({
    name: "token_refresh",
    description: "A new access token, when the old one has expired.",
    input: z.object({}),
    execute: () => ({ isNew: true }),
  }),
};

/** What a whole result holds: an agent that looks at this knows when it was given less. */
export const WHOLE_RESULTS = {
  orders_list: z
    .object({
      orderCount: z.number(),
      orders: z.array(z.object({ orderId: z.string(), item: z.string(), cents: z.number() })),
    })
    .refine(({ orderCount, orders }) => orders.length === orderCount),
  parcel_track: z.object({ orderId: z.string(), place: z.string(), checkedAt: z.iso.datetime() }),
} as const;

export type OrderList = z.output<(typeof WHOLE_RESULTS)["orders_list"]>;
export type Parcel = z.output<(typeof WHOLE_RESULTS)["parcel_track"]>;
