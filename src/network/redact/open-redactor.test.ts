import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../kernel/index.ts";
import { toCassetteLine } from "../cassette/cassette-line.ts";
import { encodingsWith } from "./find-secret.test-kit.ts";
import { openRedactor, type RedactionOptions } from "./open-redactor.ts";
import {
  BESIDE,
  hostileTexts,
  hostileValues,
  NAMED,
  openThorough,
  SECRETS,
  WRAPPED,
} from "./open-redactor.test-kit.ts";
import { exchangeOf, PLAIN_SECRET } from "./planted-secrets.test-kit.ts";

/** Of which nothing tells itself, in whatever it is packed. */
const SPACED_SECRET = "p1 q2 r3 s4";
const options: RedactionOptions = { secrets: [PLAIN_SECRET, SPACED_SECRET], names: ["X-Shop-Ticket", "Badge"] };

/** Every way in: what is stored of a text that came by it. */
const WAYS: Readonly<Record<string, (text: string) => string>> = {
  exchange: (text) => {
    const [url, bytes] = [`https://a.example.com/?n=${encodeURIComponent(text)}`, Buffer.from(text)];
    const headers = [["x-note", bytes.toString("latin1")]] as const;
    const { exchange } = openRedactor(options).redactExchange(
      exchangeOf({ url, headers, body: bytes, chunks: [bytes] }),
    );
    return JSON.stringify(toCassetteLine(exchange, { key: "", redacted: {}, keptHeaders: "all" }));
  },
  text: (text) => JSON.stringify(openRedactor(options).redactText(text)),
  "value of a document": (text) => ofJson({ a: [{ b: text }, 1] }),
  "name in a document": (text) => ofJson({ a: [{ [text]: 1 }] }),
  "document in a document": (text) => ofJson({ a: JSON.stringify({ b: [text] }) }),
  "document in a document in a document": (text) => ofJson([JSON.stringify([JSON.stringify({ b: text })])]),
};

function ofJson(value: Json): string {
  return JSON.stringify(openRedactor(options).redactJson(value));
}

const planted = [
  ...Object.entries(SECRETS).map(([kind, secret]) => ({ what: kind, secret, text: secret })),
  { what: "environment", secret: PLAIN_SECRET, text: PLAIN_SECRET },
  { what: "environment, spaced", secret: SPACED_SECRET, text: SPACED_SECRET },
  { what: "a name given", secret: NAMED, text: `badge: ${NAMED}` },
  ...Object.entries(BESIDE).map(([what, beside]) => ({ what, secret: NAMED, text: beside(NAMED) })),
];

const stored = (text: string) => `{}\n${text}\n`;

test.each(planted)("$what: gone by every way in, however it is wrapped", ({ secret, text }) => {
  for (const [way, through] of Object.entries(WAYS)) {
    for (const [how, wrap] of Object.entries({ plain: (each: string) => each, ...WRAPPED })) {
      // Into names that are written with escapes nobody looks.
      if (how === "key" && text.includes('"')) continue;
      const kept = through(wrap(text));
      const layers = way === "exchange" ? encodingsWith(secret, stored(kept)) : encodingsWith(secret, kept);
      expect(layers, `${way}, ${how}: ${kept}`).toEqual([]);
      expect(kept, `${way}, ${how}`).not.toContain(secret);
    }
  }
});

test.each([
  { why: "nothing given", given: {} },
  { why: "secrets and names given", given: options },
])("what no look suspects, the thorough one finds nothing in: $why", ({ given }) => {
  fc.assert(
    fc.property(hostileTexts, (text) => {
      expect(openRedactor(given).redactText(text)).toBe(openThorough(given).redactText(text));
    }),
    { numRuns: 3_000 },
  );
  fc.assert(
    fc.property(hostileValues, (value) => {
      const [quick, thorough] = [openRedactor(given), openThorough(given)];
      expect(quick.redactJson(value)).toEqual(thorough.redactJson(value));
      expect(quick.takeCounts()).toEqual(thorough.takeCounts());
    }),
    { numRuns: 1_500 },
  );
});

test("what one value taught is looked for in the next, and in those before it by redactAll", () => {
  const redactor = openRedactor();
  const texts = redactor.redactAll<readonly string[]>([`id ${NAMED} ok`, `api_key=${NAMED}`, `is ${NAMED}`], (all) =>
    all.map((each) => redactor.redactText(each)),
  );
  const hidden = "[redacted:api-key:1]";
  expect(texts).toEqual([`id ${hidden} ok`, `api_key=${hidden}`, `is ${hidden}`]);
});
