import { expect, test } from "vitest";
import type { ToolDeclaration } from "../../domain/index.ts";
import { natureOf, wordsOfName } from "./tool-nature.ts";

test.each([
  ["get_order", "reads"],
  ["searchProducts", "reads"],
  ["orders.list", "reads"],
  ["orderLookup", "reads"],
  ["refunds.get_order", "reads"],
  ["list_escalated_tickets", "reads"],
  ["web_search", "seems to read"],
  ["grep_files", "seems to read"],
  ["search.run", "seems to read"],
  ["check_in_guest", "changes"],
  ["refund.process", "changes"],
  ["cancel_order", "changes"],
  ["refund.issue", "changes"],
  ["bookFlight", "changes"],
  ["update-address", "changes"],
  ["send_email", "tells"],
  ["notify_customer", "tells"],
  ["email_cancel", "tells"],
  ["transfer_to_human_agents", "hands over"],
  ["transferToAHuman", "hands over"],
  ["escalate", "hands over"],
  ["transfer_to_billing", "changes"],
  ["bash", "unknown"],
  ["", "unknown"],
])("by its name, %s %s", (tool, nature) => {
  expect(natureOf(tool, new Map())).toBe(nature);
});

const declared = (rest: Partial<ToolDeclaration>) =>
  new Map([
    [
      "cancel_order",
      {
        name: "cancel_order",
        risk: "write",
        isIdempotent: false,
        needsApproval: false,
        permissions: [],
        purpose: "action",
        ...rest,
      } satisfies ToolDeclaration,
    ],
  ]);
test.each([
  [{}, "changes"],
  [{ risk: "read" }, "reads"],
  [{ purpose: "draft" }, "tells"],
  [{ purpose: "notification" }, "tells"],
  [{ purpose: "escalation" }, "hands over"],
] as const)("what is declared counts, not the name: %j %s", (rest, nature) => {
  expect(natureOf("cancel_order", declared(rest))).toBe(nature);
});

test("a name's words", () => {
  expect(wordsOfName("mcp__shop.cancelOrder-now")).toEqual(["mcp", "shop", "cancel", "order", "now"]);
});
