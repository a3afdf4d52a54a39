import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { isUserId } from "../../api/index.ts";
import { ACCESS_SCOPES, type Principal, type Role } from "../../domain/index.ts";
import { AegisError, type Clock } from "../../kernel/index.ts";

export interface JwtOptions {
  /** The issuer's public keys: their address, or the keys themselves. */
  readonly jwks: string | JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the user; `sub` unless told. */
  readonly userClaim?: string;
  /** The claim with the role, or a list that may hold one; `role` unless told. Without a known one: `user`. */
  readonly roleClaim?: string;
  /** Where told, a token may do only what this claim lists (a list, or words with spaces between). */
  readonly scopeClaim?: string;
  /** How far clocks may be apart; 5 s unless told. */
  readonly clockToleranceMs?: number;
}

export type VerifyJwt = (token: string) => Promise<Principal>;

/** Signatures only the issuer can make; never a shared secret, never `none`. */
const ALGORITHMS = [
  "EdDSA",
  "Ed25519",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
  "RS256",
  "RS384",
  "RS512",
];
const ROLES: readonly Role[] = ["admin", "operator", "user"];

/**
 * Reads tokens of one issuer. Its keys are fetched when the first token comes, and again when a token names an unknown one.
 * @throws {AegisError} "auth.bad_config" when the keys' address or the keys are of no use
 */
export function createJwtVerifier(options: JwtOptions, clock: Clock): VerifyJwt {
  const { issuer, audience, clockToleranceMs = 5_000 } = options;
  const keys = openKeys(options.jwks);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: clockToleranceMs / 1_000,
        currentDate: new Date(clock.nowMs()),
        requiredClaims: ["exp"],
      });
      return readClaims(payload, options);
    } catch (error) {
      throw explain(error);
    }
  };
}

function openKeys(jwks: string | JSONWebKeySet) {
  try {
    if (typeof jwks !== "string") return createLocalJWKSet(jwks);
    return createRemoteJWKSet(new URL(jwks), { timeoutDuration: 5_000, cooldownDuration: 5_000 });
  } catch (cause) {
    throw new AegisError("auth.bad_config", "auth.jwt.jwks is neither an address nor a set of keys", { cause });
  }
}

function readClaims(payload: JWTPayload, options: JwtOptions): Principal {
  const { userClaim = "sub", roleClaim = "role", scopeClaim } = options;
  const userId = payload[userClaim];
  if (typeof userId !== "string" || !isUserId(userId)) {
    throw new AegisError("auth.invalid", `The token's claim ${userClaim} names no user`);
  }
  const said = words(payload[roleClaim]);
  const role = ROLES.find((each) => said.includes(each)) ?? "user";
  const granted = scopeClaim === undefined ? undefined : words(payload[scopeClaim]);
  const scopes = granted ? ACCESS_SCOPES.filter((each) => granted.includes(each)) : null;
  return { userId, role, scopes, name: `jwt:${userId}` };
}

function words(claim: unknown): readonly unknown[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim : [];
}

function explain(error: unknown): unknown {
  if (error instanceof AegisError) return error;
  if (error instanceof errors.JWTExpired) return new AegisError("auth.expired", "The token has expired");
  if (!(error instanceof errors.JOSEError) || isAboutKeys(error)) {
    return new AegisError("auth.unavailable", "The issuer's keys cannot be read", { cause: error });
  }
  return new AegisError("auth.invalid", "The token is not valid here", { cause: error, details: { why: error.code } });
}

/** An answer that is no set of keys is told by the class of all such errors, and nothing more special. */
function isAboutKeys(error: errors.JOSEError): boolean {
  return (
    [errors.JWKSTimeout, errors.JWKSInvalid].some((each) => error instanceof each) || error.code === "ERR_JOSE_GENERIC"
  );
}
