import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toCassetteLine } from "../cassette/cassette-line.ts";
import type { Exchange } from "../exchange.ts";
import { encodingsWith } from "./find-secret.test-kit.ts";
import { exchangeOf, PLAIN_SECRET, plantedSecrets } from "./planted-secrets.test-kit.ts";
import { openRedactor, type RedactionOptions } from "./open-redactor.ts";

const redactExchange = (exchange: Exchange, of?: RedactionOptions) => openRedactor(of).redactExchange(exchange);
const options = { secrets: [PLAIN_SECRET], names: ["X-Shop-Ticket"] };

function stored(exchange: Exchange): string {
  return `{}\n${JSON.stringify(toCassetteLine(exchange, { key: "", redacted: {}, keptHeaders: "all" }))}\n`;
}

function body(exchange: Exchange): string {
  return Buffer.concat((exchange.response?.chunks ?? []).map(({ bytes }) => bytes)).toString("utf8");
}

test.each(plantedSecrets())("$why: found before, gone after", ({ secret, exchange }) => {
  expect(encodingsWith(secret, stored(exchange))).not.toEqual([]);
  const clean = redactExchange(exchange, options);
  expect(encodingsWith(secret, stored(clean.exchange))).toEqual([]);
  expect(Object.values(clean.counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});

test.each([
  {
    why: "usage and logprobs",
    text: '{"usage":{"total_tokens":150000},"logprobs":[{"token":" internationalization"}]}',
  },
  {
    why: "a tool's schema",
    text: '{"properties":{"password":{"type":"string","minLength":8},"max_tokens":{"type":"integer"}}}',
  },
  { why: "source code", text: 'api_key = os.environ["OPENAI_API_KEY"]; const password = readPassword();' },
  { why: "prose", text: "Your password: please choose a new one. Bearer authentication is used, token type bearer." },
  {
    why: "a page's cursor",
    text: '{"next_page_token":"CAUQAA8f14e45fceea167a5","nextPageToken":"8f14e45fceea167a5a36"}',
  },
  {
    why: "a reasoning's signature",
    text: '{"type":"thinking","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"}',
  },
  {
    why: "picture",
    text: JSON.stringify({
      url: `data:image/png;base64,${Buffer.from(Array.from({ length: 9_000 }, (_, at) => (at * at * 31 + 7) % 251)).toString("base64")}`,
    }),
  },
  { why: "percent signs", text: "100% of 50%20 is %zz and %E2%82%AC" },
])("$why: nothing is taken for a secret", ({ text }) => {
  const exchange = exchangeOf({ chunks: [text], body: text });
  const { exchange: clean, counts } = redactExchange(exchange);
  expect(body(clean)).toBe(text);
  expect(counts).toEqual({});
  expect(clean.response).toBe(exchange.response);
});

test("the same secret has the same placeholder, wherever it comes up again", () => {
  const redactor = openRedactor();
  const token = "q7aB3dE5gH7jK9mN1pQ2rS4tU6";
  const first = redactor.redactExchange(
    exchangeOf({ headers: [["authorization", `Bearer ${token}`]], chunks: [`{"echo":"<${token}>"}`] }),
  );
  expect(first.exchange.request.headers).toEqual([["authorization", "Bearer [redacted:authorization:1]"]]);
  expect(body(first.exchange)).toBe('{"echo":"<[redacted:authorization:1]>"}');
  expect(first.counts).toEqual({ authorization: 2 });
  const second = redactor.redactExchange(
    exchangeOf({ headers: [["authorization", "Bearer another-q8Ze2Vb6Wq"]], url: `https://a.example.com/s/${token}` }),
  );
  expect(second.exchange.request.url).toBe("https://a.example.com/s/[redacted:authorization:1]");
  expect(second.exchange.request.headers).toEqual([["authorization", "Bearer [redacted:authorization:2]"]]);
});

test("what an answer teaches is looked for in its request", () => {
  const token = "q7aB3dE5gH7jK9mN1pQ2rS4tU6";
  const { exchange } = redactExchange(
    exchangeOf({ url: `https://a.example.com/s/${token}`, chunks: [JSON.stringify({ access_token: token })] }),
  );
  expect(exchange.request.url).toBe("https://a.example.com/s/[redacted:token:1]");
});

test("chunks keep their number, their times and their ends; lengths are set right", () => {
  const { exchange } = redactExchange(
    exchangeOf({
      responseHeaders: [["Content-Length", "56"]],
      chunks: ["one sk-proj-aB3dE5g", "H7jK9mN1pQ2rS4tU6vW8", "xY0z two", " three ok"],
    }),
  );
  const chunks = exchange.response?.chunks.map(({ afterMs, bytes }) => [afterMs, Buffer.from(bytes).toString()]);
  expect(chunks).toEqual([
    [0, "one [redacted:openai-key:1]"],
    [5, ""],
    [5, " two"],
    [5, " three ok"],
  ]);
  expect(exchange.response?.headers).toEqual([["Content-Length", "40"]]);
});

test("a gzip body is packed again, and what surrounds the secret is as it was", () => {
  const planted = plantedSecrets().find(({ why }) => why === "gzip");
  const { exchange } = redactExchange(planted?.exchange ?? exchangeOf());
  const packed = Buffer.concat((exchange.response?.chunks ?? []).map(({ bytes }) => bytes));
  expect(gunzipSync(packed).toString()).toBe('{"x":"[redacted:openai-key:1]"}');
});

test.each([
  {
    why: "a member that is a number",
    text: '{"password": 12345678, "n": 1}',
    clean: '{"password": "[redacted:password:1]", "n": 1}',
  },
  {
    why: "a document that was cut",
    text: '{"a": 1, "client_secret": "hunt',
    clean: '{"a": 1, "client_secret": "[redacted:secret:1]',
  },
  {
    why: "a list",
    text: '{"api_keys": ["one", "two"], "x": "one"}',
    clean: '{"api_keys": ["[redacted:api-key:1]", "[redacted:api-key:2]"], "x": "one"}',
  },
  {
    why: "lines with a stray quote",
    text: 'say "hi\n{"password":"abc"}',
    clean: 'say "hi\n{"password":"[redacted:password:1]"}',
  },
])("$why", ({ text, clean }) => {
  expect(body(redactExchange(exchangeOf({ chunks: [text] })).exchange)).toBe(clean);
});

test.each([
  {
    url: "https://a.example.com/x%2Fy/plain%20name/z?n=%20",
    clean: "https://a.example.com/x%2Fy/%5Bredacted%3Aenvironment%3A1%5D/z?n=%20",
  },
  { url: "https://plain-name.example.com:8443/x", clean: "https://redacted-environment-1.example.com:8443/x" },
  {
    url: "https://a.example.com/?a=plain+name+7&b=1",
    clean: "https://a.example.com/?a=%5Bredacted%3Aenvironment%3A1%5D%207&b=1",
  },
])("$url stays an address", ({ url, clean }) => {
  const { exchange } = redactExchange(exchangeOf({ url }), { secrets: ["plain name", "plain-name"] });
  expect(exchange.request.url).toBe(clean);
  expect(URL.canParse(exchange.request.url)).toBe(true);
});

test("redacting twice changes nothing more", () => {
  for (const { exchange } of plantedSecrets()) {
    const once = redactExchange(exchange, options).exchange;
    expect(stored(redactExchange(once, options).exchange)).toBe(stored(once));
  }
});

const WRAPPERS: Readonly<Record<string, (text: string) => string>> = {
  json: (text) => JSON.stringify({ note: `line\n${text}` }),
  list: (text) => JSON.stringify(["\u00fc", text, 1]),
  base64: (text) => `data:text/plain;base64,${Buffer.from(text).toString("base64")}`,
  lines: (text) =>
    (
      Buffer.from(`${text} `.padEnd(70, "."))
        .toString("base64")
        .match(/.{1,76}/g) ?? []
    ).join("\r\n"),
  base64url: (text) => `id-${Buffer.from(text).toString("base64url")}`,
  hex: (text) => `0x${Buffer.from(text).toString("hex")}`,
  percent: (text) => `https://a.example.com/?next=${encodeURIComponent(text)}&n=1`,
  gzip: (text) => gzipSync(text).toString("base64"),
  prose: (text) => `It says "${text}" - 'so' it is.`,
};

test("a known secret is found however deep it is wrapped", () => {
  const secret = "Xk29-plain+word/77";
  const layers = fc.array(fc.constantFrom(...Object.keys(WRAPPERS)), { maxLength: 4 });
  fc.assert(
    fc.property(layers, fc.integer({ min: 1, max: 40 }), (names, size) => {
      const text = names.reduce((inner, name) => WRAPPERS[name]?.(inner) ?? inner, `<${secret}>`);
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      const { exchange, counts } = redactExchange(exchangeOf({ chunks: pieces, body: text }), { secrets: [secret] });
      expect(counts).toEqual({ environment: 2 });
      expect(encodingsWith(secret, stored(exchange))).toEqual([]);
      expect(exchange.response?.chunks).toHaveLength(pieces.length);
    }),
    { numRuns: 300 },
  );
});

const damaged = (text: string) => {
  const packed = gzipSync(text);
  return Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8, 7)]);
};

test.each([
  { why: "damaged, without secrets", packed: damaged("all is well"), isKept: true },
  { why: "cut, without secrets", packed: gzipSync("all is well").subarray(0, -12), isKept: true },
  { why: "not packed at all", packed: Buffer.from('{"a":1}'), isKept: true },
  { why: "damaged, with a secret", packed: damaged("my sk-proj-aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z"), isKept: false },
])("a body that is called gzip and is $why", ({ packed, isKept }) => {
  const { exchange } = redactExchange(
    exchangeOf({ responseHeaders: [["content-encoding", "gzip"]], chunks: [packed] }),
  );
  const kept = Buffer.concat((exchange.response?.chunks ?? []).map(({ bytes }) => bytes));
  expect(kept.equals(packed)).toBe(isKept);
  if (!isKept) expect(kept.toString()).toBe("[redacted:unreadable-body:1]");
});

test("a bomb is not kept, for nobody can say what is in it", () => {
  const bomb = gzipSync(gzipSync(Buffer.alloc(140 * 1024 * 1024), { level: 9 }), { level: 9 });
  const { exchange, counts } = redactExchange(
    exchangeOf({ responseHeaders: [["content-encoding", "gzip, gzip"]], chunks: [bomb] }),
  );
  expect(body(exchange)).toBe("[redacted:unreadable-body:1]");
  expect(counts).toEqual({ "unreadable-body": 1 });
});

test.each([
  { why: "one word", text: "password=" + "a".repeat(12_000_000) },
  { why: "base64", text: JSON.stringify({ image: "QUJD".repeat(3_000_000) }) },
  { why: "escapes", text: `{"a":"${"\\u0061".repeat(2_000_000)}"}` },
  { why: "keys", text: "key=".repeat(500_000) },
])("megabytes of $why are neither too deep nor too slow", ({ text }) => {
  const startMs = performance.now();
  expect(redactExchange(exchangeOf({ chunks: [text] })).counts).toEqual({});
  // A search that tries each place anew takes minutes.
  expect(performance.now() - startMs).toBeLessThan(20_000);
});
