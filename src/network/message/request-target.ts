import { AegisError } from "../../kernel/index.ts";
import { canonicalHost } from "../egress/decide-egress.ts";

/** Where one request goes. */
export interface Target extends Origin {
  /** Path and query as they were written. */
  readonly path: string;
  readonly url: string;
}

/** Scheme, host and port, with the host in its one spelling. */
export interface Origin {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
}

/** How a client came here, which says where its requests go. */
export type Route = StandRoute | { readonly kind: "proxy" } | { readonly kind: "tunnel"; readonly origin: Origin };

export interface StandRoute {
  readonly kind: "stand";
  readonly origin: Origin;
  readonly standPort: number;
}

interface RequestLine {
  readonly method: string;
  /** As it stands in the request line, or `:path`. */
  readonly target: string;
  /** Each `Host`, or `:authority`. */
  readonly hosts: readonly string[];
}

/** @throws {AegisError} "network.bad_request" for what names no target, or two */
export function readTarget(route: Route, line: RequestLine): Target {
  if (line.hosts.length > 1) throw bad("two Host headers");
  const absolute = /^(https?|wss?):\/\/([^/?#]*)(.*)$/i.exec(line.target);
  if (route.kind === "proxy") {
    if (!absolute) throw bad("this is a forward proxy: it takes absolute URLs and CONNECT");
    const scheme = absolute[1]?.toLowerCase() === "https" || absolute[1]?.toLowerCase() === "wss" ? "https" : "http";
    const origin = readAuthority(absolute[2] ?? "", scheme);
    mustBeHost(line.hosts, origin, [(absolute[2] ?? "").toLowerCase()]);
    return targetAt(origin, absolute[3] ?? "");
  }
  if (line.hosts.length === 0) throw bad("no Host header");
  if (absolute) throw bad("an absolute URL outside of a proxy connection");
  const aliases = route.kind === "stand" ? standAliases(route.standPort) : [];
  mustBeHost(line.hosts, route.origin, aliases);
  const isForm = line.target.startsWith("/") || (line.target === "*" && line.method === "OPTIONS");
  if (!isForm) throw bad("a request target that is no path");
  return targetAt(route.origin, line.target);
}

/** `host`, `host:port` or `[v6]:port`. */
export function readAuthority(text: string, scheme: Origin["scheme"]): Origin {
  if (text.includes("@")) throw bad("a user name in the URL");
  const [, name = "", digits] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = canonicalHost(name);
  const port = digits === undefined ? (scheme === "https" ? 443 : 80) : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw bad(`${JSON.stringify(text)} is no host and port`);
  return { scheme, host, port };
}

/** @throws {AegisError} "network.bad_origin" */
export function readOrigin(text: string): Origin {
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || url.pathname !== "/" || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new AegisError("network.bad_origin", `${JSON.stringify(text)} is no origin`);
  }
  return readAuthority(url.host, url.protocol === "https:" ? "https" : "http");
}

/** As it stands in a URL and in `Host`: without the scheme's own port. */
export function authorityOf({ scheme, host, port }: Origin): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === (scheme === "https" ? 443 : 80) ? name : `${name}:${port}`;
}

/** @param written path and query; a URL may leave the path out */
export function targetAt(origin: Origin, written: string): Target {
  const path = written === "" || written.startsWith("?") ? `/${written}` : written;
  // Anything else could be read as the end of a line by someone further on.
  if (!/^[\x21\x22\x24-\x7e\x80-\xff]+$/.test(path)) throw bad("a character that no request target may hold");
  const suffix = path === "*" ? "/" : path;
  return { ...origin, path, url: `${origin.scheme}://${authorityOf(origin)}${suffix}` };
}

function mustBeHost(hosts: readonly string[], origin: Origin, aliases: readonly string[]): void {
  const [said] = hosts;
  if (said === undefined || aliases.includes(said.toLowerCase())) return;
  const read = readAuthority(said, origin.scheme);
  if (read.host === origin.host && read.port === origin.port) return;
  throw bad(`Host says ${JSON.stringify(said)}, but the connection is for ${authorityOf(origin)}`);
}

function standAliases(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

function bad(message: string): AegisError {
  return new AegisError("network.bad_request", message);
}
