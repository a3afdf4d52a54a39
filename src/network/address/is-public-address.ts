import { BlockList, isIP } from "node:net";

/** Special-purpose ranges of IANA's registries (RFC 6890), and the metadata services of clouds that lie outside of them. */
const PRIVATE_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32",
];

/** Within the unicast space, what carries other addresses inside it or is for documents. */
const PRIVATE_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

// One list for each family: a list of both takes an IPv4 address for its mapped form.
const refusedV4 = blockList(PRIVATE_V4, "ipv4");
const refusedV6 = blockList(PRIVATE_V6, "ipv6");
const globalV6 = blockList(["2000::/3"], "ipv6");

/**
 * Is this address, as text and without brackets, one of the public internet? What belongs to this machine, to its
 * neighbours or to no host at all is not, and neither is what is no address.
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !refusedV4.check(address, "ipv4");
  return version === 6 && globalV6.check(address, "ipv6") && !refusedV6.check(address, "ipv6");
}

function blockList(ranges: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits = ""] = range.split("/");
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
