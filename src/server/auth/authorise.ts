import type { RouteNeeds } from "../../api/index.ts";
import type { Principal, Role } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";

const RANKS: Readonly<Record<Role, number>> = { user: 0, operator: 1, admin: 2 };

/** @throws {AegisError} "auth.forbidden" when the caller may not, whatever it is that is asked for */
export function authorise({ role, scopes }: Principal, needs: RouteNeeds): void {
  if (needs.orScope !== undefined && scopes?.includes(needs.orScope)) return;
  if (needs.role !== null && RANKS[role] < RANKS[needs.role]) {
    const orScope = needs.orScope === undefined ? "" : ` or the scope ${needs.orScope}`;
    throw new AegisError("auth.forbidden", `This needs the role ${needs.role}${orScope}; yours is ${role}`, {
      details: { role: needs.role },
    });
  }
  const missing = scopes && (needs.scopes ?? []).find((scope) => !scopes.includes(scope));
  if (missing) {
    throw new AegisError("auth.forbidden", `This needs the scope ${missing}`, { details: { scope: missing } });
  }
}

/** Operators see everybody's. */
export function seesAll({ role }: Principal): boolean {
  return RANKS[role] >= RANKS.operator;
}
