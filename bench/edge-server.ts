// One server of the edge's bench in a process of its own: node bench/edge-server.ts upstream | aegis | mockttp [ADDRESSES]
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generateCACertificate, getLocal } from "mockttp";
import { systemClock } from "../src/kernel/index.ts";
import { openAuthority } from "../src/network/authority/open-authority.ts";
import { openEdge } from "../src/network/index.ts";

/** Where the upstream is. */
export interface UpstreamPlaces {
  readonly plain: string;
  readonly secure: string;
  readonly authorityPem: string;
}

/** Where a proxy is, and what stands for the upstream. */
export interface ProxyPlaces {
  readonly baseUrl: string;
  readonly proxyUrl: string;
}

const BODY = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  choices: [{ message: { content: "x".repeat(200) } }],
});

const answer: RequestListener = (request, response) => {
  if (request.url !== "/stream") {
    response.writeHead(200, { "content-type": "application/json", "content-length": BODY.length }).end(BODY);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
  setTimeout(() => response.end("data: 2\n\n"), 20);
};

async function serveUpstream(): Promise<UpstreamPlaces> {
  const authority = openAuthority(systemClock);
  const plain = createServer(answer);
  const secure = createSecureServer({ SNICallback: (name, done) => done(null, authority.contextFor(name)) }, answer);
  for (const server of [plain, secure]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    plain: `http://localhost:${(plain.address() as AddressInfo).port}`,
    secure: `https://localhost:${(secure.address() as AddressInfo).port}`,
    authorityPem: authority.pem,
  };
}

async function serveAegis({ plain, secure, authorityPem }: UpstreamPlaces): Promise<ProxyPlaces> {
  const ports = [plain, secure].map((origin) => Number(new URL(origin).port));
  let told = 0;
  const edge = await openEdge({
    clock: systemClock,
    policy: { allow: [{ host: "localhost", ports, isPrivate: true }] },
    upstreamAuthorities: [authorityPem],
    resolve: () => Promise.resolve(["127.0.0.1"]),
    onExchange: () => void (told += 1),
  });
  return { baseUrl: await edge.stand(plain), proxyUrl: edge.proxyUrl };
}

async function serveMockttp({ plain }: UpstreamPlaces): Promise<ProxyPlaces> {
  const https = await generateCACertificate();
  const proxy = getLocal({ https, recordTraffic: false });
  const standIn = getLocal({ recordTraffic: false });
  await proxy.start();
  await standIn.start();
  await proxy.forAnyRequest().thenPassThrough({ ignoreHostHttpsErrors: true });
  await standIn.forAnyRequest().thenForwardTo(plain);
  return { baseUrl: `http://127.0.0.1:${standIn.port}`, proxyUrl: `http://127.0.0.1:${proxy.port}` };
}

const [kind, places = "{}"] = process.argv.slice(2);
if (kind !== undefined) {
  const upstream = JSON.parse(places) as UpstreamPlaces;
  const serving =
    kind === "upstream" ? serveUpstream() : kind === "aegis" ? serveAegis(upstream) : serveMockttp(upstream);
  console.log(JSON.stringify(await serving));
  // Dies with the bench that started it.
  process.stdin.resume().once("end", () => process.exit(0));
}
