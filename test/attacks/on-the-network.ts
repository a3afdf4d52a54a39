import { type Attack, type Aftermath, node, says, saysSecret } from "./attack.ts";

const BEYOND = { notTried: "it would leave this machine" } as const;
const wasReached = ({ canary, end }: Aftermath): boolean =>
  canary.contacts() > 0 || end.stdout.text.includes(canary.secret);

const connect = (...targets: readonly string[]) =>
  node(`const net = require("net"); let left = ${targets.length};
    const done = (what) => { console.log(what); left -= 1; if (left === 0) process.exit(0); };
    for (const target of [${targets.join(", ")}]) net.connect(target).on("data", (d) => done(String(d)))
      .on("connect", function () { console.log("connected"); this.write("x"); }).on("error", (e) => done(e.code))
      .setTimeout(1500, () => done("connected, silent"));`);

/** Attacks that leave by a socket; each is told from the host's side by who was reached. */
export const ON_THE_NETWORK: readonly Attack[] = [
  {
    number: 22,
    name: "the host's loopback",
    command: ({ tcpPort }) => connect(`{ port: ${tcpPort}, host: "127.0.0.1" }`),
    isThrough: wasReached,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 23,
    name: "the host's unix sockets, by path and abstract",
    command: ({ unixPath, abstractName }) => connect(`{ path: "${unixPath}" }`, `{ path: "\\0${abstractName}" }`),
    isThrough: wasReached,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 24,
    name: "the cloud's metadata address, in its many forms",
    command: () =>
      connect(
        ...[
          "169.254.169.254",
          "2852039166",
          "0xA9FEA9FE",
          "0251.0376.0251.0376",
          "fd00:ec2::254",
          "::ffff:a9fe:a9fe",
        ].map((host) => `{ port: 80, host: "${host}" }`),
      ),
    isThrough: says("connected"),
    expected: { process: BEYOND, namespace: "held", vm: "held" },
  },
  {
    number: 25,
    name: "from sandbox to sandbox",
    command: ({ otherPort }) => connect(`{ port: ${otherPort}, host: "127.0.0.1" }`),
    isThrough: saysSecret,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 26,
    name: "a name server, by datagrams",
    command: ({ udpPort }) =>
      node(
        `const s = require("dgram").createSocket("udp4"); s.send("x", ${udpPort}, "127.0.0.1", () => s.send("y", ${udpPort}, "127.0.0.1", () => s.close())); s.on("error", () => s.close());`,
      ),
    isThrough: wasReached,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 32,
    name: "another trial's door",
    command: ({ tcpPort }) =>
      node(`const { globSync } = require("fs"); const net = require("net");
        const paths = ["/run/doors/${tcpPort}", ...globSync("/tmp/aegis-trial-*/doors/*"), ...globSync("/proc/*/root/run/doors/*")];
        for (const path of paths) net.connect(path).on("data", (d) => console.log(String(d))).on("error", () => {});`),
    isThrough: wasReached,
    expected: { process: "held", namespace: "held", vm: "held" },
  },
];

/** Numbers of the list that no sandbox answers for, and who does. */
export const HELD_ELSEWHERE: Readonly<Record<number, string>> = {
  27: "the edge: policy of CONNECT",
  28: "the edge: redirects and rebinding",
  29: "the edge: it has no address for administration",
  30: "the edge: request smuggling",
  31: "the edge: Host and SNI",
  38: "every level: the conformance suite kills a runner",
  40: "vm: clones",
  41: "vm: the template",
  42: "the command line: escaped output",
  43: "the log: JSON lines",
  44: "the dashboard: escaped traces",
  45: "reports: formulas in CSV",
  46: "the edge and the log: redaction",
  47: "the edge: compressed bodies",
  48: "the edge: slow requests",
  49: "the edge: paths of cassettes",
};
