import fc from "fast-check";
import type { Json } from "../../kernel/index.ts";
import { namePattern } from "./look-behind-names.ts";
import type { RedactionOptions } from "./open-redactor.ts";
import { redactJson, scanUtf8 } from "./redact-json.ts";
import type { ScanTools } from "./scan-text.ts";
import { nameSecret } from "./secret-name.ts";
import { openVault } from "./vault.ts";

/** Redaction that looks through everything, suspect or not. */
export function openThorough({ secrets = [], names = [] }: RedactionOptions = {}) {
  const tools: ScanTools = {
    vault: openVault(secrets),
    nameSecret: nameSecret(names),
    namePattern: namePattern(names),
  };
  const twice = <Value>(value: Value, redact: (value: Value) => Value): Value => {
    const before = tools.vault.known().length;
    const clean = redact(value);
    return tools.vault.known().length > before ? redact(clean) : clean;
  };
  return {
    redactText: (text: string) => twice(text, (each) => scanUtf8(each, tools)),
    redactJson: (value: Json) => twice(value, (each) => redactJson(each, tools)),
    takeCounts: () => tools.vault.takeCounts(),
  };
}

/** Of every kind of secret one, or what its name hides; none of them was ever valid anywhere. */
export const SECRETS: Readonly<Record<string, string>> = {
  anthropic: "sk-ant-api03-Zq81xLmT0pWc4RyB7nKd2",
  openai: "sk-proj-aB3dE5gH7jK9mN1pQ2rS4tU6vW8",
  github: "ghp_aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z",
  slack: "xoxb-1234567890-aB3dE5gH7jK9mN1p",
  aws: "AKIAB3DE5GH7JK9MN1PQ",
  google: "AIzaaB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zB3dE",
  stripe: "sk_live_aB3dE5gH7jK9mN1pQ2rS",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhQjNkRTVnIn0.aB3dE5gH7jK9mN1pQ2rS4tU6vW8",
  telegram: "123456789:AAaB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zB3",
};

export const NAMED = "hq7aB3dE5gH7jK9m";
/** Where what is hidden is told by what stands beside it. */
export const BESIDE: Readonly<Record<string, (secret: string) => string>> = {
  setting: (secret) => `API_KEY=${secret}`,
  option: (secret) => `deploy --signing-key ${secret} --now`,
  line: (secret) => `password: ${secret}`,
  query: (secret) => `/cb?code=${secret}&a=b`,
  bearer: (secret) => `curl -H 'Authorization: Bearer ${secret}'`,
  user: (secret) => `postgres://shop:${secret}@db/shop`,
  member: (secret) => JSON.stringify({ license_key: secret }),
  described: (secret) => JSON.stringify([{ name: "webhook_secret", value: secret }]),
  oddName: (secret) => JSON.stringify({ 'the "old" password': secret }),
  tag: (secret) => `<secret>${secret}</secret>`,
};

/** How a text comes to stand inside another. */
export const WRAPPED: Readonly<Record<string, (text: string) => string>> = {
  line: (text) => `line\n${text}\nline`,
  prose: (text) => `It says ${text} - and so it is.`,
  json: (text) => JSON.stringify({ note: text, count: 1 }),
  list: (text) => JSON.stringify([{ role: "user", parts: [{ type: "text", content: `ü\n${text}` }] }]),
  key: (text) => JSON.stringify({ [text]: true }),
  ascii: (text) =>
    JSON.stringify(text).replaceAll(
      /[^\x20-\x7e]/g,
      (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  slashes: (text) => JSON.stringify([text]).replaceAll("/", "\\/"),
  base64: (text) => `data:text/plain;base64,${Buffer.from(text).toString("base64")}`,
  base64url: (text) => `id-${Buffer.from(text).toString("base64url")}`,
  hex: (text) => `0x${Buffer.from(text).toString("hex")}`,
  percent: (text) => `https://a.example.com/?next=${encodeURIComponent(text)}&n=1`,
};

const PIECES = [
  ...Object.values(SECRETS),
  NAMED,
  ..."password passwd secret token key api_key apiKey auth session sid sig signature code jwt cookie credentials".split(
    " ",
  ),
  ..."connection_string X-Amz-Credential max_tokens next_page_token consider author keyboard secretary inside".split(
    " ",
  ),
  ..."sk- sk-ant- xox eyJ :// SG. hf_ AIza Bearer Basic basic --token --api-key Server=db;Pwd= https://u:pw@h".split(
    " ",
  ),
  ...'= : := => > < & ? % %20 %3D \\ \\n \\" \\/ \\u003d \\u0041 " \' { } [ ] , ; @ + / . - _ 7 é 東 \u00a0 x 1234567890'.split(
    " ",
  ),
  "\n",
  "\t",
  " ",
  "  ",
  "\0",
  '":"',
  '": "',
  '","',
  "name",
  '"name":"',
  '"value":"',
  "value",
  ..."The order was shipped on Monday 2026-05-11T10:00:00Z f81d4fae-7dec-11d0-a765-00a0c91e6bf6 call_8fZq81xLm".split(
    " ",
  ),
  "correct horse/battery+staple ü",
  "Ticket",
  "X-Shop-Ticket",
];

export const hostileTexts = fc
  .tuple(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }),
    fc.array(fc.constantFrom(...Object.values(WRAPPED), ...Object.values(BESIDE)), { maxLength: 4 }),
    fc.constantFrom("", "", "The order came on Tuesday. ".repeat(30)),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }),
  )
  .map(
    ([inside, wraps, before, behind]) =>
      before + wraps.reduce((text, wrap) => wrap(text), inside.join("")) + behind.join(""),
  );

export const hostileValues: fc.Arbitrary<Json> = fc.letrec<{ value: Json; leaf: Json }>((tie) => ({
  leaf: fc.oneof(hostileTexts, fc.integer(), fc.constantFrom(null, true, 12345678)),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom("name", "value", "Key", "old password"), hostileTexts),
      tie("value"),
      { maxKeys: 3 },
    ),
  ),
})).value;
