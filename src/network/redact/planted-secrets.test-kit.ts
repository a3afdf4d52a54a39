import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Exchange, Headers } from "../exchange.ts";

/** One secret in one place, in one encoding. None of them was ever valid anywhere. */
export interface Planted {
  readonly why: string;
  readonly secret: string;
  readonly exchange: Exchange;
}

interface Plant {
  readonly url?: string;
  readonly headers?: Headers;
  readonly body?: string | Uint8Array;
  readonly responseHeaders?: Headers;
  readonly chunks?: readonly (string | Uint8Array)[];
}

/** A value of the environment that looks like nothing. */
export const PLAIN_SECRET = "correct horse/battery+staple ü";

export function exchangeOf({ url, headers, body, responseHeaders, chunks }: Plant = {}, index = 0): Exchange {
  return {
    index,
    startedAtMs: 1_790_000_000_000,
    request: {
      method: "POST",
      url: url ?? "https://api.example.com/v1/orders",
      headers: headers ?? [["content-type", "application/json"]],
      body: bytes(body ?? "{}"),
      bodyIsWhole: true,
      mode: "base-url",
      httpVersion: "1.1",
    },
    response: {
      status: 200,
      headers: responseHeaders ?? [["content-type", "application/json"]],
      headMs: 3,
      chunks: (chunks ?? ["{}"]).map((chunk, at) => ({ afterMs: at === 0 ? 0 : 5, bytes: bytes(chunk) })),
      isWhole: true,
    },
    durationMs: 10,
    from: "live",
  };
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? Buffer.from(content) : content;
}

const TEXT: Headers = [["content-type", "text/plain"]];
const FORM: Headers = [["content-type", "application/x-www-form-urlencoded"]];
const STREAM: Headers = [["content-type", "text/event-stream"]];
const encoded = (coding: string): Headers => [
  ["content-type", "application/json"],
  ["content-encoding", coding],
];
const base64 = (text: string) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");
const hex = (text: string) => Buffer.from(text).toString("hex");
const json = (value: unknown) => JSON.stringify(value);
const inPieces = (text: string, size: number) => text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
const letters = (seed: number, count: number) =>
  Array.from({ length: count }, (_, at) => "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z"[(at * 7 + seed * 5) % 31]).join("");

/** A key of the shape, always another one. */
const SHAPED: Readonly<Record<string, (seed: number) => string>> = {
  openai: (seed) => `sk-proj-${letters(seed, 40)}`,
  anthropic: (seed) => `sk-ant-api03-${letters(seed, 50)}`,
  github: (seed) => `ghp_${letters(seed, 36)}`,
  slack: (seed) => `xoxb-1234567890-${letters(seed, 24)}`,
  aws: (seed) => `AKIA${letters(seed, 16).toUpperCase()}`,
  jwt: (seed) => `eyJhbGciOiJIUzI1NiJ9.${base64url(json({ sub: letters(seed, 9) }))}.${letters(seed, 43)}`,
  google: (seed) => `AIza${letters(seed, 35)}`,
  stripe: (seed) => `sk_live_${letters(seed, 24)}`,
};

const shaped = (kind: string, seed: number) => SHAPED[kind]?.(seed) ?? "";

function pem(seed: number): { secret: string; text: string } {
  const secret = inPieces(letters(seed, 180), 64).join("\n");
  return { secret, text: `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----\n` };
}

/** What OpenAI's stream looks like when a text comes piece by piece. */
function deltas(text: string, size: number): string {
  const events = inPieces(text, size).map((content) => json({ id: "c1", choices: [{ index: 0, delta: { content } }] }));
  return [...events, "[DONE]"].map((event) => `data: ${event}\n\n`).join("");
}

/** And Anthropic's, where a tool's arguments come so. */
function argumentDeltas(text: string, size: number): string {
  return inPieces(text, size)
    .map((partial_json) => ({
      type: "content_block_delta",
      index: 1,
      delta: { type: "input_json_delta", partial_json },
    }))
    .map((event) => `event: content_block_delta\ndata: ${json(event)}\n\n`)
    .join("");
}

function multipart(name: string, content: string, more = ""): Pick<Plant, "headers" | "body"> {
  const head = `--b0undary\r\ncontent-disposition: form-data; name="${name}"${more}`;
  return {
    headers: [["content-type", "multipart/form-data; boundary=b0undary"]],
    body: `--b0undary\r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n${head}\r\n\r\n${content}\r\n--b0undary--\r\n`,
  };
}

type Row = readonly [why: string, secret: string, plant: Plant];

const known = (kind: string, seed: number, place: (secret: string) => Plant, why: string): Row => {
  const secret = shaped(kind, seed);
  return [why, secret, place(secret)];
};
const own = (seed: number, place: (secret: string) => Plant, why: string): Row => {
  const secret = `q7${letters(seed, 22)}`;
  return [why, secret, place(secret)];
};

const inHeads = (): Row[] => [
  own(1, (x) => ({ headers: [["Authorization", `Bearer ${x}`]] }), "authorization, bearer"),
  own(2, (x) => ({ headers: [["authorization", `Basic ${base64(`shop:${x}`)}`]] }), "authorization, basic"),
  own(3, (x) => ({ headers: [["Proxy-Authorization", `Basic ${base64(`me:${x}`)}`]] }), "proxy-authorization"),
  own(4, (x) => ({ headers: [["Cookie", `theme=dark; session=${x}`]] }), "cookie"),
  own(5, (x) => ({ responseHeaders: [["Set-Cookie", `sid=${x}; Path=/; HttpOnly`]] }), "set-cookie"),
  own(6, (x) => ({ headers: [["X-Api-Key", x]] }), "x-api-key"),
  own(7, (x) => ({ headers: [["api-key", x]] }), "api-key"),
  own(8, (x) => ({ headers: [["X-Shop-Ticket", x]] }), "a header the user names"),
  own(9, (x) => ({ url: `https://me:${x}@api.example.com/v1` }), "user info of the URL"),
  own(10, (x) => ({ url: `https://api.example.com/v1?page=1&api_key=${x}` }), "query api_key"),
  own(11, (x) => ({ url: `https://api.example.com/v1?signature=${x}&a=b` }), "query signature"),
  own(12, (x) => ({ url: `https://s3.example.com/o?X-Amz-Credential=${x}&X-Amz-Date=1` }), "query X-Amz-*"),
  known("google", 13, (x) => ({ url: `https://api.example.com/v1?key=${x}` }), "query key"),
  known("github", 14, (x) => ({ url: `https://api.example.com/t/${x}/repos` }), "path of the URL"),
];

function inBodies(): Row[] {
  const key = pem(3);
  return [
    own(15, (x) => ({ body: json({ user: { client_secret: x } }) }), "JSON member"),
    own(16, (x) => ({ body: json({ name: "password", value: x }) }), "name and value"),
    own(17, (x) => ({ body: json({ arguments: json({ password: x }) }) }), "JSON in a string of JSON"),
    own(18, (x) => ({ body: json({ a: json({ b: json({ apiKey: x }) }) }) }), "JSON in JSON in JSON"),
    own(19, (x) => ({ headers: FORM, body: `grant=x&client_secret=${x}` }), "form field"),
    own(20, (x) => ({ headers: FORM, body: `payload=${encodeURIComponent(json({ password: x }))}` }), "JSON in a form"),
    own(21, (x) => multipart("password", x), "multipart field"),
    known("stripe", 22, (x) => multipart("notes", `key ${x}`, '; filename="n.txt"'), "multipart file"),
    known("openai", 23, (x) => ({ chunks: [json({ text: `use ${x} please` })] }), "text of the answer"),
    known("anthropic", 24, (x) => ({ chunks: [json({ text: `line\n${x}\nline` })] }), "behind an escaped line break"),
    known("slack", 25, (x) => ({ responseHeaders: TEXT, chunks: [`hook ${x}!`] }), "plain text"),
    known("aws", 26, (x) => ({ responseHeaders: TEXT, chunks: [`aws_access_key_id = ${x}`] }), "settings file"),
    known("jwt", 27, (x) => ({ chunks: [json({ note: `token ${x}` })] }), "JWT"),
    [`PEM`, key.secret.slice(0, 64), { chunks: [json({ file: key.text })] }],
  ];
}

const wrapped = (): Row[] => [
  own(29, (x) => ({ responseHeaders: TEXT, chunks: [`postgres://shop:${x}@db/shop`] }), "connection string"),
  own(30, (x) => ({ responseHeaders: TEXT, chunks: [`curl -H 'Authorization: Bearer ${x}'`] }), "bearer in text"),
  known("openai", 31, (x) => ({ body: json({ file: base64(`{"text":"${x}"}`) }) }), "base64"),
  known("github", 32, (x) => ({ body: json({ file: base64url(`??>${x}`) }) }), "base64url"),
  known("anthropic", 33, (x) => ({ body: json({ file: hex(`key: ${x}`) }) }), "hexadecimal"),
  known("stripe", 34, (x) => ({ url: `https://a.example.com/?q=${encodeURIComponent(`"${x}"`)}` }), "percent-encoded"),
  known("openai", 35, (x) => ({ responseHeaders: encoded("gzip"), chunks: [gzipSync(json({ x }))] }), "gzip"),
  known("github", 36, (x) => ({ responseHeaders: encoded("br"), chunks: [brotliCompressSync(json({ x }))] }), "br"),
  known("google", 37, (x) => ({ headers: encoded("deflate"), body: deflateSync(json({ x })) }), "deflate"),
  known(
    "anthropic",
    38,
    (x) => ({ responseHeaders: TEXT, chunks: inPieces(`so ${x} it is`, 7) }),
    "over several chunks",
  ),
  known(
    "openai",
    39,
    (x) => ({ responseHeaders: STREAM, chunks: inPieces(deltas(`is ${x}.`, 3), 90) }),
    "over several events",
  ),
  own(
    40,
    (x) => ({ responseHeaders: STREAM, chunks: [argumentDeltas(json({ password: x }), 4)] }),
    "arguments in events",
  ),
];

const ofTheEnvironment = (): Row[] => [
  ["environment, as it is", PLAIN_SECRET, { chunks: [json({ text: `<${PLAIN_SECRET}>` })] }],
  ["environment, escaped", PLAIN_SECRET, { body: '{"a":"correct horse\\/battery+staple \\u00fc"}' }],
  ["environment, base64", PLAIN_SECRET, { body: json({ a: base64(`x${PLAIN_SECRET}y`) }) }],
  ["environment, in gzip in base64", PLAIN_SECRET, { body: json({ a: gzipSync(PLAIN_SECRET).toString("base64") }) }],
  ["environment, percent", PLAIN_SECRET, { url: `https://a.example.com/${encodeURIComponent(PLAIN_SECRET)}` }],
  [
    "environment, as a form has it",
    PLAIN_SECRET,
    { headers: FORM, body: new URLSearchParams({ a: PLAIN_SECRET }).toString() },
  ],
  ["environment, in events", PLAIN_SECRET, { responseHeaders: STREAM, chunks: [deltas(PLAIN_SECRET, 2)] }],
  ["environment, UTF-16", PLAIN_SECRET, { body: Buffer.from(PLAIN_SECRET, "utf16le") }],
];

export function plantedSecrets(): readonly Planted[] {
  return [...inHeads(), ...inBodies(), ...wrapped(), ...ofTheEnvironment()].map(([why, secret, plant], index) => ({
    why,
    secret,
    exchange: exchangeOf(plant, index),
  }));
}
