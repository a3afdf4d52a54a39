import { generateKeyPairSync } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock } from "../../kernel/index.ts";
import { writeCertificate } from "./write-certificate.ts";

/** The certificate authority of one trial. Its key lives in memory and dies with the edge. */
export interface Authority {
  readonly pem: string;
  /** What a TLS server that plays `host` shows. Made once for each host. */
  contextFor(host: string, flaw?: CertificateFlaw): SecureContext;
  /** The certificate alone, PEM. */
  certificateFor(host: string, flaw?: CertificateFlaw): string;
}

/** `wrong`: for another name; `expired`: valid until yesterday. */
export type CertificateFlaw = "wrong" | "expired";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Some systems refuse a server's certificate for more than 825 days; a trial's clock may stand some months off. */
const VALID_MS = 400 * DAY_MS;
const AUTHORITY_NAME = "Aegis trial authority";
/** A rule for all names below a domain lets a program ask for any number of hosts. */
const CACHED_HOSTS_MAX = 1_000;

export function openAuthority(clock: Clock): Authority {
  const authorityKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // One key serves all hosts: what protects it is that it never leaves this process.
  const serverKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = {
    issuerName: AUTHORITY_NAME,
    issuerKey: authorityKeys.privateKey,
    issuerPublicKey: authorityKeys.publicKey,
  };
  const nowMs = clock.nowMs();
  const pem = writeCertificate({
    ...issuer,
    commonName: AUTHORITY_NAME,
    fromMs: nowMs - VALID_MS,
    untilMs: nowMs + VALID_MS,
    publicKey: authorityKeys.publicKey,
    usage: { kind: "authority" },
  });
  const key = serverKeys.privateKey.export({ type: "pkcs8", format: "pem" });
  const contexts = new Map<string, SecureContext>();

  const certificateFor = (host: string, flaw?: CertificateFlaw): string => {
    const shown = flaw === "wrong" ? "wrong.name.invalid" : host;
    return writeCertificate({
      ...issuer,
      commonName: shown,
      fromMs: nowMs - VALID_MS,
      untilMs: flaw === "expired" ? nowMs - DAY_MS : nowMs + VALID_MS,
      publicKey: serverKeys.publicKey,
      usage: { kind: "server", host: shown },
    });
  };

  return {
    pem,
    certificateFor,
    contextFor(host, flaw) {
      const cacheKey = `${flaw ?? ""} ${host}`;
      const known = contexts.get(cacheKey);
      if (known) return known;
      if (contexts.size >= CACHED_HOSTS_MAX) contexts.clear();
      const made = createSecureContext({ key, cert: certificateFor(host, flaw) + pem });
      contexts.set(cacheKey, made);
      return made;
    },
  };
}
