import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** Variables in which programs of any language look for authorities they trust. */
const VARIABLES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/** This process and the programs it starts trust the trial's own authority, as the last of those they trust. */
export function trustAuthority(pem: string): void {
  const trusted = [...getCACertificates("default"), pem];
  setDefaultCACertificates(trusted);
  const file = join(tmpdir(), "aegis-authority.pem");
  // Most of these variables replace a program's own list: it gets the whole.
  writeFileSync(file, `${trusted.join("\n")}\n`);
  for (const name of VARIABLES) process.env[name] = file;
}
