import { expect, test } from "vitest";
import type { AccessScope, Role } from "../../domain/index.ts";
import { authorise } from "./authorise.ts";

const DECIDE = { role: "operator", scopes: ["approvals:decide"], orScope: "approvals:decide" } as const;

test.each<[string, Role, AccessScope[] | null, Parameters<typeof authorise>[1], string | undefined]>([
  ["a route for all", "user", [], { role: null }, undefined],
  ["a role that is enough", "admin", null, { role: "operator", scopes: ["memory:read"] }, undefined],
  ["a role that is not", "user", null, { role: "operator" }, "operator"],
  ["a scope that is there", "user", ["memory:read"], { role: "user", scopes: ["memory:read"] }, undefined],
  [
    "one of two scopes",
    "user",
    ["memory:read"],
    { role: "user", scopes: ["memory:read", "memory:write"] },
    "memory:write",
  ],
  ["scopes do not lift a role", "user", ["admin"], { role: "admin", scopes: ["admin"] }, "role admin"],
  ["an admin with narrow scopes", "admin", ["memory:read"], { role: "admin", scopes: ["admin"] }, "scope admin"],
  ["a user who may decide", "user", ["approvals:decide"], DECIDE, undefined],
  ["a user without scopes", "user", null, DECIDE, "operator"],
  ["an operator without scopes", "operator", null, DECIDE, undefined],
  ["an operator with others", "operator", ["sessions:read"], DECIDE, "approvals:decide"],
])("%s", (_, role, scopes, needs, missing) => {
  const act = () => authorise({ userId: "ada", role, scopes, name: "test" }, needs);
  if (missing === undefined) expect(act).not.toThrow();
  else
    expect(act).toThrow(expect.objectContaining({ code: "auth.forbidden", message: expect.stringContaining(missing) }));
});
