import type { Headers } from "../exchange.ts";

/** Of one connection, not of the message: RFC 9110, 7.6.1, and what is in use beside it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** `[name, value, name, value]`, as Node gives what it read. */
export function headerList(flat: readonly string[]): Headers {
  const list: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) list.push([flat[index] ?? "", flat[index + 1] ?? ""]);
  return list;
}

export function flatHeaders(headers: Headers): string[] {
  return headers.flat();
}

/** All values of a header, in their order. */
export function headerValues(headers: Headers, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
}

/** The headers that belong to the message: none of the connection's own, and none that `Connection` names. */
export function endToEndHeaders(headers: Headers, alsoWithout: readonly string[] = []): Headers {
  let dropped = HOP_BY_HOP;
  const named = headerValues(headers, "connection").flatMap((value) => value.split(","));
  if (named.length > 0 || alsoWithout.length > 0) {
    dropped = new Set([...HOP_BY_HOP, ...alsoWithout, ...named.map((name) => name.trim().toLowerCase())]);
  }
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()));
}
