import { expect, test } from "vitest";
import { canonicalHost, decideEgress } from "./decide-egress.ts";

test.each([
  ["API.Example.COM", "api.example.com"],
  ["api.example.com.", "api.example.com"],
  ["2130706433", "127.0.0.1"],
  ["0x7f.1", "127.0.0.1"],
  ["0177.0.0.1", "127.0.0.1"],
  ["127.1", "127.0.0.1"],
  ["[::FFFF:127.0.0.1]", "::ffff:7f00:1"],
  ["①②⑦.⓪.⓪.①", "127.0.0.1"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["", undefined],
  [".", undefined],
  ["a b", undefined],
  ["user@host", undefined],
  ["%31%32%37.0.0.1", undefined],
  ["host/path", undefined],
  ["256.1.1.1", undefined],
])("the host %j is %j", (text, expected) => {
  expect(canonicalHost(text)).toBe(expected);
});

const policy = {
  allow: [
    { host: "api.example.com" },
    { host: "*.Wild.example" },
    { host: "db.example.com", ports: [5432] },
    { host: "127.0.0.1", ports: [8080], isPrivate: true },
    { host: "10.0.0.1" },
    { host: "::1", ports: [80], isPrivate: true },
  ],
};

test.each([
  ["api.example.com", 443, true],
  ["api.example.com", 80, true],
  ["api.example.com", 22, false],
  ["evil-api.example.com", 443, false],
  ["example.com", 443, false],
  ["a.wild.example", 443, true],
  ["a.b.wild.example", 443, true],
  ["wild.example", 443, false],
  ["notwild.example", 443, false],
  ["db.example.com", 5432, true],
  ["db.example.com", 443, false],
  ["127.0.0.1", 8080, true],
  ["127.0.0.1", 80, false],
  ["10.0.0.1", 80, false],
  ["::1", 80, true],
])("%s at %i passes: %s", (host, port, passes) => {
  const decide = () => decideEgress(policy, host, port);
  if (passes) expect(decide()).toHaveProperty("host");
  else expect(decide).toThrow(expect.objectContaining({ code: "network.egress_refused" }));
});
