import type { Headers } from "../exchange.ts";
import { looksRandom } from "./looks-random.ts";
import { hideValue } from "./scan.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";

/** The very same list where there was nothing to hide. */
export function redactHeaders(headers: Headers, tools: ScanTools): Headers {
  const clean = headers.map(([name, value]) => [name, redactHeader(name, value, tools)] as const);
  return clean.some(([, value], index) => value !== headers[index]?.[1]) ? clean : headers;
}

/** Names that say nothing of themselves to a reader of words. */
const CALLED: Readonly<Record<string, string>> = {
  authorization: "authorization",
  "proxy-authorization": "proxy-authorization",
  cookie: "cookie",
  "set-cookie": "set-cookie",
};

function redactHeader(name: string, value: string, tools: ScanTools): string {
  const lower = name.toLowerCase();
  if (lower === "cookie")
    return value
      .split(/(;\s*)/)
      .map((pair) => redactCookie(pair, lower, tools))
      .join("");
  if (lower === "set-cookie") {
    const end = value.indexOf(";");
    return `${redactCookie(end === -1 ? value : value.slice(0, end), lower, tools)}${end === -1 ? "" : value.slice(end)}`;
  }
  const secret = Object.hasOwn(CALLED, lower) ? { isSure: true } : tools.nameSecret(lower, "header");
  if (secret && (secret.isSure || looksRandom(value))) return hideValue(value, lower.slice(0, 30), tools.vault);
  return scanOnly(value, tools);
}

function redactCookie(pair: string, kind: string, { vault }: ScanTools): string {
  const equals = pair.indexOf("=");
  if (equals === -1) return pair;
  const value = pair.slice(equals + 1);
  return `${pair.slice(0, equals + 1)}${hideValue(value, kind, vault)}`;
}
