import { createHash } from "node:crypto";
import type { AgentVersion } from "../../domain/index.ts";

/** Raised when what is registered under a name changes: Restate keeps what it was told of an address. */
const REVISION = "aegis1";

/**
 * One service per version of an agent: a message can only reach a worker that has the version's code. Readable in
 * Restate's own pages, and told apart by the hash, whatever characters names have.
 */
export function restateServiceName({ agent, version }: AgentVersion): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([agent, version]))
    .digest("hex")
    .slice(0, 12);
  return ["aegis", legible(agent), legible(version), hash].join("-");
}

/**
 * Every service is a deployment of its own, at a path of its own. What Restate finds there is the same whichever worker
 * behind the address answers, so any of them may register it, any number of times.
 */
export function servicePath(service: string): string {
  return `/${REVISION}/${service}`;
}

/** The service a request's path names; undefined for any other path. */
export function serviceOfPath(path: string): string | undefined {
  const [, revision, service] = path.split("/");
  return revision === REVISION ? service : undefined;
}

function legible(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]+/g, "_").slice(0, 40);
}
