import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { canonicalJson, isJsonObject, type Json, pathKeys } from "../../kernel/index.ts";
import type { SeenRequest } from "../exchange.ts";
import { unpackBody } from "../redact/content-codec.ts";
import { multipartBoundary, multipartParts } from "../redact/multipart-parts.ts";
import { headerValue } from "../redact/redact-exchange.ts";
import { withPlainPlaceholders } from "../redact/vault.ts";

/** What changes from call to call without meaning anything: times, nonces, ids of requests. */
export interface IgnoredParts {
  readonly queryKeys?: readonly string[];
  /** Fields of forms and multipart bodies, and dotted paths of JSON: `metadata.request_id`, `messages.*.id`. */
  readonly bodyPaths?: readonly string[];
}

/** A request without what differs between equal ones: order, spelling, boundaries, secrets. */
export interface NormalRequest {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  /** By key; the values of one key in their order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body: NormalBody;
}

export type NormalBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: Json }
  | { readonly kind: "fields"; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly sha256: string; readonly length: number }
  /** Streamed past the edge: nobody has it whole. */
  | { readonly kind: "streamed" };

/** @param request without its secrets */
export function normalRequest(request: SeenRequest, ignored: IgnoredParts = {}): NormalRequest {
  const url = parseUrl(request.url);
  const ignoredKeys = new Set(ignored.queryKeys);
  return {
    method: request.method.toUpperCase(),
    origin: `${url.protocol}//${url.host}`,
    path: withPlainPlaceholders(decoded(url.pathname)),
    query: sorted([...url.searchParams].filter(([name]) => !ignoredKeys.has(name))),
    body: normalBody(request, ignored.bodyPaths ?? []),
  };
}

/** What is no address is all path: a replay misses, and says so. */
function parseUrl(text: string): Pick<URL, "protocol" | "host" | "pathname" | "searchParams"> {
  return URL.canParse(text)
    ? new URL(text)
    : { protocol: "", host: "", pathname: text, searchParams: new URLSearchParams() };
}

function normalBody(request: SeenRequest, ignoredPaths: readonly string[]): NormalBody {
  if (!request.bodyIsWhole) return { kind: "streamed" };
  if (request.body.length === 0) return { kind: "none" };
  const { bytes } = unpackBody(request.body, headerValue(request.headers, "content-encoding"));
  const contentType = headerValue(request.headers, "content-type");
  const boundary = multipartBoundary(contentType);
  if (boundary !== undefined) return { kind: "fields", fields: partsOf(bytes, boundary, ignoredPaths) };
  if (!isUtf8(bytes)) return digest(bytes);
  const text = withPlainPlaceholders(Buffer.from(bytes).toString("utf8"));
  if (/x-www-form-urlencoded/i.test(contentType)) {
    const fields = [...new URLSearchParams(text)].filter(([name]) => !ignoredPaths.includes(name));
    return { kind: "fields", fields: sorted(fields) };
  }
  const value = parseJson(text);
  return value === undefined ? { kind: "text", text } : { kind: "json", value: withoutPaths(value, ignoredPaths) };
}

function partsOf(bytes: Uint8Array, boundary: string, ignoredPaths: readonly string[]): [string, string][] {
  const text = Buffer.from(bytes).toString("latin1");
  return multipartParts(text, boundary)
    .filter(({ name }) => !ignoredPaths.includes(name))
    .map(({ name, head, start, end }, index) => {
      const content = Buffer.from(text.slice(start, end), "latin1");
      const shown = isUtf8(content)
        ? withPlainPlaceholders(content.toString("utf8"))
        : `${content.length} bytes, sha256 ${sha256(content)}`;
      const [, file = ""] = /;\s*filename\*?="?([^";\r\n]*)/i.exec(head) ?? [];
      return [name || String(index), file === "" ? shown : `${file}: ${shown}`];
    });
}

/** Only documents: a lone word or number is text. Numbers too large for JavaScript are kept as they are written. */
function parseJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text, (_key, value: Json, context?: { readonly source?: string }) => {
      const isLossy = typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER;
      return isLossy ? { number: context?.source ?? String(value) } : value;
    }) as Json;
  } catch {
    return undefined;
  }
}

function withoutPaths(value: Json, paths: readonly string[]): Json {
  return paths.reduce<Json>((kept, path) => withoutPath(kept, pathKeys(path)), value);
}

function withoutPath(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return value;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const isMeant = (index: number) => key === "*" || key === String(index);
    if (rest.length === 0) return items.map((item, index) => (isMeant(index) ? null : item));
    return items.map((item, index) => (isMeant(index) ? withoutPath(item, rest) : item));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (member === undefined || (key !== "*" && key !== name)) return [[name, member]];
      return rest.length === 0 ? [] : [[name, withoutPath(member, rest)]];
    }),
  );
}

function sorted(pairs: readonly (readonly [string, string])[]): [string, string][] {
  return pairs
    .map(([name, value], index) => ({ name, value: withPlainPlaceholders(value), index }))
    .sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : left.index - right.index))
    .map(({ name, value }) => [name, value]);
}

/** `%7E` and `~` are one; what cannot be decoded, and a `/` that is part of a name, stay. */
function decoded(path: string): string {
  return path
    .split("/")
    .map((part) => {
      try {
        return decodeURIComponent(part).replaceAll("%", "%25").replaceAll("/", "%2F");
      } catch {
        return part;
      }
    })
    .join("/");
}

function digest(bytes: Uint8Array): NormalBody {
  return { kind: "bytes", sha256: sha256(bytes), length: bytes.length };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Equal requests have equal texts. */
export function normalText(request: NormalRequest): string {
  return canonicalJson(request as unknown as Json);
}
