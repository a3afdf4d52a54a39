/** What a tool gives back: the shop's answer, or an object with `error`. */
export type ToolResult = unknown;

interface ShopTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: {
    readonly type: "object";
    readonly properties: Record<string, object>;
    readonly required: string[];
  };
  readonly run: (given: Record<string, unknown>, shopUrl: string) => Promise<ToolResult>;
}

/** The tools, free of any framework. The Python agent has its own copy. */
export const SHOP_TOOLS: readonly ShopTool[] = [
  {
    name: "orders_get",
    description: "One order with its items, dates and refunds.",
    parameters: { type: "object", properties: { orderId: { type: "string" } }, required: ["orderId"] },
    run: ({ orderId }, shopUrl) => askShop(`${shopUrl}/orders/${encodeURIComponent(String(orderId))}`),
  },
  {
    name: "refund_issue",
    description: "Pays money back.",
    parameters: {
      type: "object",
      properties: { orderId: { type: "string" }, amountCents: { type: "integer" } },
      required: ["orderId", "amountCents"],
    },
    run: (given, shopUrl) => askShop(`${shopUrl}/refunds`, given),
  },
  {
    name: "ticket_escalate",
    description: "Hands the case over to a person.",
    parameters: { type: "object", properties: { summary: { type: "string" } }, required: ["summary"] },
    run: (given, shopUrl) => askShop(`${shopUrl}/tickets`, given),
  },
];

async function askShop(url: string, body?: unknown): Promise<ToolResult> {
  const response = await fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as { error?: { message: string } };
  return response.ok ? answer : { error: `${response.status} ${answer.error?.message ?? ""}`.trim() };
}
