import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import { fixedClock } from "../../kernel/index.ts";
import { createJwtVerifier, type JwtOptions } from "./json-web-token.ts";

const NOW_SECONDS = 1_790_000_000;
const { privateKey, publicKey } = await generateKeyPair("ES256");
const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "ES256" };

type Claims = Readonly<Record<string, unknown>>;

function read(claims: Claims, more: Partial<JwtOptions> = {}) {
  const options = { jwks: { keys: [jwk] }, issuer: "https://issuer.example", audience: "aegis", ...more };
  const verify = createJwtVerifier(options, fixedClock(NOW_SECONDS * 1_000));
  const right = { iss: "https://issuer.example", aud: "aegis", sub: "ada", exp: NOW_SECONDS + 60 };
  const payload = { ...right, ...claims } as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid: "1" }).sign(privateKey).then(verify);
}

test.each<{ why: string; claims: Claims; code: string }>([
  { why: "another issuer with the same keys", claims: { iss: "https://other.example" }, code: "auth.invalid" },
  { why: "no issuer", claims: { iss: undefined }, code: "auth.invalid" },
  { why: "another audience", claims: { aud: "mail" }, code: "auth.invalid" },
  { why: "no audience", claims: { aud: undefined }, code: "auth.invalid" },
  { why: "no end", claims: { exp: undefined }, code: "auth.invalid" },
  { why: "an end beyond what clocks differ", claims: { exp: NOW_SECONDS - 6 }, code: "auth.expired" },
  { why: "a beginning still to come", claims: { nbf: NOW_SECONDS + 6 }, code: "auth.invalid" },
  { why: "no user", claims: { sub: undefined }, code: "auth.invalid" },
  { why: "a user that is no name", claims: { sub: "" }, code: "auth.invalid" },
])("refuses a token with $why", async ({ claims, code }) => {
  await expect(read(claims)).rejects.toMatchObject({ code });
});

test.each<{ why: string; claims: Claims; options?: Partial<JwtOptions>; principal: object }>([
  { why: "nothing but a user", claims: {}, principal: { userId: "ada", role: "user", scopes: null } },
  { why: "an end that clocks may disagree on", claims: { exp: NOW_SECONDS - 4 }, principal: { userId: "ada" } },
  { why: "a role", claims: { role: "operator" }, principal: { role: "operator" } },
  { why: "a role that is none of ours", claims: { role: "root" }, principal: { role: "user" } },
  { why: "several roles", claims: { role: ["user", "admin", "x"] }, principal: { role: "admin" } },
  { why: "a role that is no text", claims: { role: { admin: true } }, principal: { role: "user" } },
  {
    why: "claims of other names",
    claims: { sub: "machine", email: "ada", groups: "x operator" },
    options: { userClaim: "email", roleClaim: "groups" },
    principal: { userId: "ada", role: "operator", name: "jwt:ada" },
  },
  {
    why: "scopes, some of them ours",
    claims: { scope: "openid memory:read" },
    options: { scopeClaim: "scope" },
    principal: { scopes: ["memory:read"] },
  },
  {
    why: "no scopes where they are asked for",
    claims: {},
    options: { scopeClaim: "scope" },
    principal: { scopes: [] },
  },
])("reads a token with $why", async ({ claims, options, principal }) => {
  expect(await read(claims, options)).toMatchObject(principal);
});
