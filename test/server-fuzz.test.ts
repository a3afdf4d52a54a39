import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApiDocument } from "../src/api/index.ts";
import type { Json, JsonObject } from "../src/kernel/index.ts";
import { openServed, type Served } from "./server-kit.ts";

const REQUESTS = 10_000;
const AT_ONCE = 25;
const REQUESTS_PER_THING = 20;
/** A request that takes longer hangs. */
const PATIENCE_MS = 30_000;

let served: Served;
beforeAll(async () => {
  served = await openServed({ limits: { longPollMs: 20 } });
});
afterAll(() => served.close());

interface Asked {
  readonly method: string;
  /** Of the ids there are by then. */
  readonly path: () => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Schema = JsonObject & {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
};

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "me",
    "null",
    "__proto__",
    "../..",
    "%00",
    "\u0000",
    "\ud800",
    "'; DROP TABLE run; --",
    "x".repeat(5_000),
  ),
);
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  anyText,
  fc.constantFrom(1e308, -0, 2 ** 60),
) as fc.Arbitrary<Json>;

/** Mostly what the schema asks for, at times something else. */
function fitting(schema: Schema): fc.Arbitrary<Json> {
  return fc.oneof({ weight: 9, arbitrary: wellFormed(schema) }, { weight: 1, arbitrary: anyJson });
}

function wellFormed(schema: Schema): fc.Arbitrary<Json> {
  const { anyOf = schema.oneOf, minimum = -5, maximum = 50 } = schema;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema["const"] !== undefined) return fc.constant(schema["const"]);
  if (anyOf) return fc.oneof(...anyOf.map(fitting));
  switch (schema.type) {
    case "object":
      return objectOf(schema);
    case "array":
      return fc.array(fitting(schema.items ?? {}), { maxLength: 4 });
    case "integer":
    case "number":
      return fc.integer({ min: Math.max(minimum, -5), max: Math.min(maximum, 50) });
    case "string":
      return fc.oneof({ weight: 4, arbitrary: fc.constantFrom("echo", "1", "https://example.com/") }, anyText);
    case "boolean":
      return fc.boolean();
    default:
      return anyJson;
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<Json> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema)]));
  const known = fc.record(fields, { requiredKeys: required.filter((name) => Object.hasOwn(fields, name)) });
  const more = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(anyText, anyJson, { maxKeys: 2 }) },
  );
  return fc.tuple(known, more).map(([left, right]) => ({ ...left, ...right }) as Json);
}

/** An id: of something there is, or of nothing. */
type IdOf = (noun: string) => string;
const anyId: fc.Arbitrary<IdOf> = fc.oneof(
  { weight: 6, arbitrary: fc.nat().map((index) => (noun: string) => knownOf(noun).at(-1 - (index % 10)) ?? "none") },
  { weight: 2, arbitrary: fc.constantFrom("me", "echo", "local", "01HZZZZZZZZZZZZZZZZZZZZZZZ").map((id) => () => id) },
  { weight: 1, arbitrary: anyText.map((text) => () => text) },
);
/** What there is, newest last: `sessions`, `runs`, `keys`, `webhooks`. */
const known = new Map<string, string[]>();
function knownOf(noun: string): string[] {
  const ids = known.get(noun) ?? [];
  known.set(noun, ids);
  return ids;
}

/** Something to ask for: most requests end what others began. */
async function addThings(): Promise<void> {
  const { json: session } = await served.post("/v1/sessions", { agent: "echo", userId: "grace" });
  const { json } = await served.post(`/v1/sessions/${session.id}/runs`, { message: "hi" });
  const { json: key } = await served.post("/v1/keys", { name: `key ${session.id}`, role: "user" });
  const { json: webhook } = await served.post("/v1/webhooks", { url: "http://127.0.0.1:9/" });
  knownOf("sessions").push(session.id);
  knownOf("chat").push(session.id);
  knownOf("runs").push(json.run.id);
  knownOf("responses").push(`resp_${json.run.id}`);
  knownOf("keys").push(key.key.id);
  knownOf("webhooks").push(webhook.webhook.id);
}

const anyHeaders = fc.record(
  {
    accept: fc.constantFrom("text/event-stream", "application/json", "*/*", "x"),
    "idempotency-key": fc.constantFrom("a", "b", "", "x".repeat(300)),
    "last-event-id": fc.constantFrom("0", "1", "3", "99", "-1", "abc"),
    "if-match": fc.constantFrom('"1"', "2", "*", "x"),
    "if-none-match": fc.constantFrom("*", '"x"'),
    authorization: fc.constantFrom("Bearer x", "Basic eDp5", "x"),
  },
  { requiredKeys: [] },
);
const anyType = fc.oneof(
  { weight: 19, arbitrary: fc.constant("application/json") },
  { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/xml", "application/json; charset=x", "") },
);

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Requests for one operation of the OpenAPI document. */
function requestsFor(method: string, path: string, { parameters, requestBody }: Operation): fc.Arbitrary<Asked> {
  const names = parameters.filter((each) => each.in === "path").map(({ name }) => name);
  const query = Object.fromEntries(
    parameters.filter((each) => each.in === "query").map(({ name, schema }) => [name, fitting(schema).map(asText)]),
  );
  const schema = requestBody?.content["application/json"]?.schema;
  const hasBody = method === "POST" || method === "PUT";
  const json = fitting(schema ?? {}).map((value) => JSON.stringify(value));
  const body = fc.oneof({ weight: 19, arbitrary: json }, { weight: 1, arbitrary: anyText });
  return fc
    .record({
      ids: fc.tuple(...names.map(() => anyId)),
      query: fc.oneof(
        fc.constant({}),
        fc.record(query, { requiredKeys: [] }),
        fc.dictionary(anyText, anyText, { maxKeys: 1 }),
      ),
      headers: anyHeaders,
      type: anyType,
      body,
    })
    .map((asked) => {
      const noun = path.split("/")[2] ?? "";
      const idOf = (name: string, index: number) => (name === "agent" ? "echo" : (asked.ids[index]?.(noun) ?? ""));
      const filled = () =>
        names.reduce((text, name, index) => text.replace(`{${name}}`, () => escaped(idOf(name, index))), path);
      const search = Object.entries(asked.query).map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`);
      return {
        method,
        path: () => (search.length === 0 ? filled() : `${filled()}?${search.join("&")}`),
        headers: { ...asked.headers, ...(hasBody ? { "content-type": asked.type } : {}) },
        ...(hasBody ? { body: asked.body } : {}),
      };
    });
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** In a URL, even what is no text at all. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()) || "%20";
}

interface Seen {
  readonly asked: Omit<Asked, "path"> & { readonly path: string };
  readonly status: number | string;
  readonly text: string;
}

async function ask(planned: Asked): Promise<Seen> {
  const asked = { ...planned, path: planned.path() };
  const { method, path, headers, body } = asked;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(`${served.url}${path}`, { method, headers, signal, ...(body && { body }) });
    const text = await response.text();
    return { asked, status: response.status, text };
  } catch (error) {
    return { asked, status: String(error), text: "" };
  }
}

function isWrong({ status, text, asked }: Seen): boolean {
  if (typeof status !== "number" || status >= 500) return true;
  if (status >= 400 && asked.method !== "HEAD" && !/"(fix|error|message)":/.test(text)) return true;
  return /node_modules|\.ts:\d+:\d+|\bat \w+ \(/.test(text);
}

test(`${REQUESTS} requests made from the schemas: no 500, no hang, no stack trace`, { timeout: 300_000 }, async () => {
  const { paths } = openApiDocument() as unknown as { paths: Record<string, Record<string, Operation>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestsFor(method.toUpperCase(), path, operation)),
  );
  const seed = Date.now();
  const wrong: Seen[] = [];
  const statuses = new Map<number | string, number>();
  const left = fc.sample(fc.oneof(...operations), { numRuns: REQUESTS, seed }).entries();
  const work = async () => {
    for (const [index, asked] of left) {
      if (index % REQUESTS_PER_THING === 0) await addThings();
      const seen = await ask(asked);
      statuses.set(seen.status, (statuses.get(seen.status) ?? 0) + 1);
      if (isWrong(seen)) wrong.push(seen);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect({ seed, wrong: wrong.slice(0, 5) }).toEqual({ seed, wrong: [] });
  expect(served.lines.filter(({ level }) => level === "error").slice(0, 3)).toEqual([]);
  // It reaches the handlers, and is not turned away at the door.
  for (const status of [200, 201, 202, 204, 400, 404])
    expect(statuses.get(status) ?? 0, `${status} in ${JSON.stringify([...statuses])}`).toBeGreaterThan(5);
});
