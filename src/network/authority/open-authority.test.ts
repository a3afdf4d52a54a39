import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixedClock, systemClock } from "../../kernel/index.ts";
import { runProgram } from "../edge.test-kit.ts";
import { openAuthority } from "./open-authority.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "aegis-authority-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const authority = openAuthority(systemClock);

test.each([
  { host: "api.example.com", flag: "-verify_hostname" },
  { host: `${"long-label.".repeat(12)}example.com`, flag: "-verify_hostname" },
  { host: "10.1.2.200", flag: "-verify_ip" },
  { host: "2001:db8::ff:1", flag: "-verify_ip" },
  { host: "::1", flag: "-verify_ip" },
  { host: "fe80::", flag: "-verify_ip" },
])("openssl verifies a certificate for $host strictly", async ({ host, flag }) => {
  const authorityFile = join(folder, "authority.pem");
  const file = join(folder, "host.pem");
  writeFileSync(authorityFile, authority.pem);
  writeFileSync(file, authority.certificateFor(host));
  const verify = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authorityFile] as const;
  expect(await runProgram([...verify, flag, host, file])).toContain("OK");
  await expect(runProgram([...verify, "-verify_hostname", "other.example.com", file])).rejects.toThrow("mismatch");
});

test("a certificate says what it is for", () => {
  const issuer = new X509Certificate(authority.pem);
  const server = new X509Certificate(authority.certificateFor("api.example.com"));
  expect(issuer.ca).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.verify(issuer.publicKey)).toBe(true);
  expect(server.checkIssued(issuer)).toBe(true);
  expect(server.checkHost("api.example.com")).toBe("api.example.com");
  expect(server.checkHost("example.com")).toBeUndefined();
  expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
});

test.each([
  { flaw: "wrong", until: 400, host: undefined },
  { flaw: "expired", until: -1, host: "api.example.com" },
] as const)("a certificate may be $flaw", ({ flaw, until, host }) => {
  const clock = fixedClock(Date.UTC(2026, 10, 21));
  const certificate = new X509Certificate(openAuthority(clock).certificateFor("api.example.com", flaw));
  expect(certificate.checkHost("api.example.com")).toBe(host);
  expect(certificate.validToDate.getTime()).toBe(clock.nowMs() + until * 86_400_000);
});

test.each([
  { nowMs: Date.UTC(2048, 0, 1), year: "2049" },
  { nowMs: Date.UTC(2049, 11, 1), year: "2051" },
])("times on both sides of 2050 are written in their own form: $year", ({ nowMs, year }) => {
  expect(new X509Certificate(openAuthority(fixedClock(nowMs)).pem).validTo).toContain(year);
});
