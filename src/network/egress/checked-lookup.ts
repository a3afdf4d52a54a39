import { lookup } from "node:dns/promises";
import { isIPv6, type LookupFunction } from "node:net";
import { AegisError } from "../../kernel/index.ts";
import { refused } from "./decide-egress.ts";
import { isPublicAddress } from "../address/index.ts";

/** The addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveBySystem: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
};

/**
 * A lookup for sockets: what it gives out it has checked, and the socket connects to that and resolves nothing again. One
 * private address among public ones refuses them all: names that change their mind do it that way.
 */
export function checkedLookup(resolve: Resolve, mayBePrivate: boolean): LookupFunction {
  return (host, options, callback) => {
    const answer = async () => {
      const addresses = await resolve(host);
      const hidden = mayBePrivate ? undefined : addresses.find((address) => !isPublicAddress(address));
      if (hidden !== undefined) throw refused(host, 0, `${host} leads to ${hidden}, a private address`);
      const wanted = addresses
        .map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
        .filter(({ family }) => (options.family !== 4 && options.family !== 6 ? true : options.family === family));
      if (wanted.length === 0) throw new AegisError("network.upstream_failed", `${host} has no address`);
      return wanted;
    };
    answer().then(
      (wanted) => {
        const [first] = wanted;
        if (options.all === true) callback(null, wanted);
        else callback(null, first?.address ?? "", first?.family);
      },
      (cause: unknown) => callback(cause instanceof Error ? cause : new Error(String(cause)), []),
    );
  };
}
