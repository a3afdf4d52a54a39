import { BlockList, isIP, isIPv6 } from "node:net";

/** Special-purpose ranges of IANA's registries, and the metadata services of clouds that lie outside of them. */
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
  "224.0.0.0/3",
  "168.63.129.16/32",
];

/** Whole ranges that carry an IPv4 address inside (mapped, compatible, translated, 6to4, Teredo) are no public hosts either. */
const PRIVATE_V6 = [
  "::/96",
  "::ffff:0:0/96",
  "::ffff:0:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

// One list for each family: a list of both takes an IPv4 address for its mapped form, and that range is refused.
const rangesV4 = blockList(PRIVATE_V4, "ipv4");
const rangesV6 = blockList(PRIVATE_V6, "ipv6");

/** Whether an address belongs to this machine, its neighbours or no host at all; what is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [plain = ""] = address.split("%");
  if (isIP(plain) === 0) return true;
  return isIPv6(plain) ? rangesV6.check(plain, "ipv6") : rangesV4.check(plain, "ipv4");
}

function blockList(ranges: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits = ""] = range.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
