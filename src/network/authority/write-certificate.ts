import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import {
  bitString,
  boolean,
  context,
  contextPrimitive,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";

export interface CertificateContent {
  readonly commonName: string;
  readonly issuerName: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly publicKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly usage: { readonly kind: "authority" } | { readonly kind: "server"; readonly host: string };
}

const ECDSA_WITH_SHA256 = sequence(objectId("1.2.840.10045.4.3.2"));

/** An X.509 v3 certificate (RFC 5280) for an EC P-256 key, as PEM. */
export function writeCertificate(content: CertificateContent): string {
  const toSign = sequence(
    context(0, integer(Buffer.of(2))),
    integer(positive(randomBytes(16))),
    ECDSA_WITH_SHA256,
    name(content.issuerName),
    sequence(time(content.fromMs), time(content.untilMs)),
    name(content.commonName),
    publicKeyBytes(content.publicKey),
    context(3, sequence(...extensions(content))),
  );
  const signature = sign("sha256", toSign, content.issuerKey);
  const certificate = sequence(toSign, ECDSA_WITH_SHA256, bitString(signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function extensions({ usage, publicKey, issuerPublicKey }: CertificateContent): Buffer[] {
  const identifiers = [
    extension("2.5.29.14", false, octetString(keyIdentifier(publicKey))),
    extension("2.5.29.35", false, sequence(contextPrimitive(0, keyIdentifier(issuerPublicKey)))),
  ];
  if (usage.kind === "authority") {
    return [
      extension("2.5.29.19", true, sequence(boolean(true), integer(Buffer.of(0)))),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension("2.5.29.15", true, bitString(Buffer.of(0b0000_0110), 1)),
      ...identifiers,
    ];
  }
  return [
    extension("2.5.29.19", true, sequence()),
    // digitalSignature: bit 0.
    extension("2.5.29.15", true, bitString(Buffer.of(0b1000_0000), 7)),
    extension("2.5.29.37", false, sequence(objectId("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", false, sequence(alternativeName(usage.host))),
    ...identifiers,
  ];
}

function alternativeName(host: string): Buffer {
  const family = isIP(host);
  if (family === 0) return contextPrimitive(2, Buffer.from(host, "latin1"));
  return contextPrimitive(7, family === 4 ? Buffer.from(host.split(".").map(Number)) : ipv6Bytes(host));
}

function ipv6Bytes(address: string): Buffer {
  // WHATWG URLs write an IPv6 address without a dotted part.
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [left = [], right] = plain.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const groups = right === undefined ? left : [...left, ...zeros(8 - left.length - right.length), ...right];
  return Buffer.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

function zeros(count: number): string[] {
  return Array.from({ length: count }, () => "0");
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(isCritical ? [boolean(true)] : []), octetString(value));
}

function name(commonName: string): Buffer {
  // RFC 5280 allows 64 characters; programs go by the alternative name.
  return sequence(set(sequence(objectId("2.5.4.3"), utf8String(commonName.slice(0, 64)))));
}

function publicKeyBytes(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/** SHA-1 of the key's bits: RFC 5280, 4.2.1.2 (1). A P-256 point is the last 65 bytes of its SPKI. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1").update(publicKeyBytes(key).subarray(-65)).digest();
}

function positive(bytes: Buffer): Buffer {
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}
