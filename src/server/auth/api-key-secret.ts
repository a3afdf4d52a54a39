import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKey, Principal } from "../../domain/index.ts";
import { AegisError, type Clock } from "../../kernel/index.ts";
import type { AccessStore } from "../../store/index.ts";

const SECRET = /^aeg_[A-Za-z0-9_-]{43}$/;

/** 256 bits nobody can guess: that is why a plain hash is enough to keep. */
export function makeKeySecret(randomBytes: (count: number) => Uint8Array): string {
  return `aeg_${Buffer.from(randomBytes(32)).toString("base64url")}`;
}

export function isKeySecret(token: string): boolean {
  return SECRET.test(token);
}

export function hashKeySecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** @throws {AegisError} "auth.invalid", "auth.expired" */
export async function principalOfKey(
  secret: string,
  { store, clock }: { readonly store: Pick<AccessStore, "findApiKey">; readonly clock: Clock },
): Promise<Principal> {
  const hash = hashKeySecret(secret);
  const key = await store.findApiKey(hash);
  // How long the look-up took says something of the hash only, which leads nowhere; this compares all of it once more.
  if (!key || !timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) {
    throw new AegisError("auth.invalid", "There is no such key");
  }
  if (key.expiresAtMs !== null && key.expiresAtMs <= clock.nowMs()) {
    throw new AegisError("auth.expired", "The key is no longer valid", { details: { expiresAtMs: key.expiresAtMs } });
  }
  return principalOf(key);
}

function principalOf({ userId, role, scopes, name }: ApiKey): Principal {
  return { userId, role, scopes, name: `key:${name}` };
}
