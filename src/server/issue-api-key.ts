import type { AccessScope, ApiKey, Role } from "../domain/index.ts";
import type { Clock, Id } from "../kernel/index.ts";
import type { AccessStore } from "../store/index.ts";
import { hashKeySecret, makeKeySecret } from "./auth/api-key-secret.ts";

export interface NewApiKey {
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly AccessScope[] | null;
  readonly userId: string;
  readonly expiresAtMs: number | null;
}

/**
 * Makes a key and keeps its hash. The secret is in the answer and nowhere else.
 * @throws {AegisError} "key.exists" when a valid key has the name
 */
export async function issueApiKey(
  wanted: NewApiKey,
  deps: {
    readonly store: Pick<AccessStore, "createApiKey">;
    readonly clock: Clock;
    readonly makeId: <Kind extends string>() => Id<Kind>;
    readonly randomBytes: (count: number) => Uint8Array;
  },
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const secret = makeKeySecret(deps.randomBytes);
  const key: ApiKey = {
    id: deps.makeId<"api-key">(),
    ...wanted,
    hash: hashKeySecret(secret),
    createdAtMs: deps.clock.nowMs(),
  };
  await deps.store.createApiKey(key);
  return { key, secret };
}
