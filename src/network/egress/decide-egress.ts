import { isIP } from "node:net";
import { AegisError } from "../../kernel/index.ts";
import type { EgressPolicy, EgressRule } from "../egress-policy.ts";
import { isPublicAddress } from "../address/index.ts";

const PORTS: readonly number[] = [443, 80];

/**
 * The rule that lets a host and port pass. An address is held to the private ranges at once, a name when it is resolved.
 *
 * @param host as `canonicalHost` gives it
 * @throws {AegisError} "network.egress_refused" when there is none
 */
export function decideEgress(policy: EgressPolicy, host: string, port: number): EgressRule {
  const named = policy.allow.filter((rule) => matchesHost(rule, host));
  if (named.length === 0) throw refused(host, port, `${host} is not on the list of hosts that the trial may reach`);
  const open = named.filter((rule) => (rule.ports ?? PORTS).includes(port));
  if (open.length === 0)
    throw refused(host, port, `port ${port} of ${host} is not among those that the trial may reach`);
  const rule = open.find(({ isPrivate }) => isPrivate === true) ?? open[0];
  if (!rule || (isIP(host) !== 0 && rule.isPrivate !== true && !isPublicAddress(host))) {
    throw refused(host, port, `${host} is a private address, and its rule does not say isPrivate`);
  }
  return rule;
}

export function refused(host: string, port: number, message: string): AegisError {
  return new AegisError("network.egress_refused", message, { details: { host, port } });
}

/**
 * One spelling for each host: lower case, without brackets and final dot, addresses in their usual form (`0x7f.1` and
 * `2130706433` are `127.0.0.1`). Undefined for what is no host.
 */
export function canonicalHost(text: string): string | undefined {
  if (!/^(?:\[[0-9a-f:.]+\]|[^\s:/?#[\]@\\%]+)$/i.test(text)) return undefined;
  const url = URL.parse(`http://${text}/`);
  const host = url?.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return host === "" ? undefined : host;
}

/** What rules say is read once, not for each request. */
const hostsOfRules = new WeakMap<EgressRule, { readonly host: string | undefined }>();

function matchesHost(rule: EgressRule, host: string): boolean {
  if (rule.host.startsWith("*.")) {
    const suffix = rule.host.slice(1).toLowerCase();
    return isIP(host) === 0 && host.endsWith(suffix) && host.length > suffix.length;
  }
  const known = hostsOfRules.get(rule) ?? { host: canonicalHost(bracketed(rule.host)) };
  hostsOfRules.set(rule, known);
  return known.host === host;
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
