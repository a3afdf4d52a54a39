import type { Id } from "../kernel/index.ts";

/**
 * What a caller may do at most. `user`: own sessions, runs and memory. `operator`: everybody's, and decide approvals.
 * `admin`: also keys, versions and webhooks.
 */
export type Role = "user" | "operator" | "admin";

/** A narrower right than the role's, given to a key or token. */
export type AccessScope = (typeof ACCESS_SCOPES)[number];

export const ACCESS_SCOPES = [
  "sessions:read",
  "sessions:write",
  "approvals:decide",
  "memory:read",
  "memory:write",
  "traces:read",
  "traces:write",
  "admin",
] as const;

/** Who calls. */
export interface Principal {
  /** The user it acts for: owner of what it makes. */
  readonly userId: string;
  readonly role: Role;
  /** Null: everything the role may. */
  readonly scopes: readonly AccessScope[] | null;
  /** How it is named in logs and decisions, e.g. `key:ci` or `jwt:ada`. */
  readonly name: string;
}

/** An API key as it is kept: the secret itself is shown once and never stored. */
export interface ApiKey {
  readonly id: Id<"api-key">;
  readonly name: string;
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  readonly role: Role;
  readonly scopes: readonly AccessScope[] | null;
  readonly userId: string;
  readonly createdAtMs: number;
  /** Not valid from then on: its end, its rotation or its revocation. */
  readonly expiresAtMs: number | null;
}
