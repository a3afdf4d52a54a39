import type { IncomingMessage } from "node:http";
import type { Principal } from "../../domain/index.ts";
import { AegisError, type Clock } from "../../kernel/index.ts";
import type { AccessStore } from "../../store/index.ts";
import { isKeySecret, principalOfKey } from "./api-key-secret.ts";
import { createJwtVerifier, type JwtOptions } from "./json-web-token.ts";
import { isFromHere, isLoopback } from "./loopback.ts";

/** Keys of the store are always taken; tokens where their issuer is named. */
export interface AuthOptions {
  readonly jwt?: JwtOptions;
}

export interface Authenticator {
  /** Looked at for every request, whatever it asks for. @throws {AegisError} "auth.foreign_origin" */
  admit(incoming: IncomingMessage): void;
  /** @throws {AegisError} "auth.required", "auth.invalid", "auth.expired", "auth.unavailable" */
  identify(incoming: IncomingMessage): Principal | Promise<Principal>;
}

const LOCAL: Principal = { userId: "local", role: "admin", scopes: null, name: "local" };

/** @param auth null: nobody is asked, and only this machine may call */
export function createAuthenticator(
  auth: AuthOptions | null,
  deps: { readonly store: Pick<AccessStore, "findApiKey">; readonly clock: Clock },
): Authenticator {
  if (auth === null) return { admit: refuseForeigners, identify: () => LOCAL };
  const verify = auth.jwt && createJwtVerifier(auth.jwt, deps.clock);
  return {
    admit: () => undefined,
    async identify(incoming) {
      const token = bearerToken(incoming);
      if (isKeySecret(token)) return principalOfKey(token, deps);
      if (verify && token.split(".").length === 3) return verify(token);
      throw new AegisError("auth.invalid", verify ? "This is neither a key nor a token" : "This is no key");
    },
  };
}

/** @throws {AegisError} "auth.required" for a host others could reach without being asked who they are */
export function expectSafeHost(host: string, auth: AuthOptions | null): void {
  if (auth !== null || isLoopback(host)) return;
  throw new AegisError(
    "auth.required",
    `${host} can be reached from other machines, and nobody would be asked who they are`,
    {
      details: { host },
      fix: "Set `serve: { auth: {} }` in aegis.config.ts and make a key with `aegis key create`, or bind 127.0.0.1.",
    },
  );
}

function refuseForeigners(incoming: IncomingMessage): void {
  if (isFromHere(incoming)) return;
  throw new AegisError("auth.foreign_origin", "The request comes from another origin, or names this server otherwise");
}

function bearerToken({ headers }: IncomingMessage): string {
  const { authorization } = headers;
  if (authorization === undefined) throw new AegisError("auth.required", "There is no Authorization header");
  const [, token] = /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(authorization) ?? [];
  if (token === undefined) throw new AegisError("auth.invalid", "The Authorization header is not `Bearer KEY`");
  return token;
}
