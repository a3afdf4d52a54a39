import { afterAll, beforeAll, expect, test } from "vitest";
import fc from "fast-check";
import { z } from "zod";
import { PROBLEM_TYPE, type Route, ROUTES } from "../src/api/index.ts";
import { openServed, type Served } from "./server-kit.ts";

/** Each run of the property sends this many requests at a time. */
const TOGETHER = 20;
const REQUESTS = 10_000;

let served: Served;
const known: { sessionId: string; runId: string }[] = [];

beforeAll(async () => {
  served = await openServed({ limits: { longPollMs: 20 } });
  for (let index = 0; index < 5; index += 1) {
    const session = await served.post("/v1/sessions", { agent: "echo" });
    const run = await served.post(`/v1/sessions/${session.json.id}/runs`, { message: "hi" });
    known.push({ sessionId: session.json.id, runId: run.json.run.id });
  }
});
afterAll(() => served.close());

type JsonSchema = { readonly [key: string]: unknown };

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, "", -1, 0, 1e308, 2 ** 53, true, "\u0000", "\ud800", "__proto__", [], {}, "9".repeat(400)),
);

/** Values of a schema as a rule, and now and then what it does not allow. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: wellFormed(schema) }, { weight: 1, arbitrary: anything });
}

function wellFormed(schema: JsonSchema): fc.Arbitrary<unknown> {
  const {
    type,
    properties,
    items,
    enum: words,
    const: only,
    anyOf,
    oneOf,
  } = schema as {
    type?: string;
    properties?: Record<string, JsonSchema>;
    items?: JsonSchema;
    enum?: unknown[];
    const?: unknown;
    anyOf?: JsonSchema[];
    oneOf?: JsonSchema[];
  };
  if (only !== undefined) return fc.constant(only);
  if (words) return fc.constantFrom(...words);
  const choices = anyOf ?? oneOf;
  if (choices) return fc.oneof(...choices.map(valuesOf));
  if (type === "object" && properties) {
    const fields = Object.entries(properties).map(([name, each]) => [name, valuesOf(each)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  }
  if (type === "array" && items) return fc.array(valuesOf(items), { maxLength: 4 });
  if (type === "integer") return fc.integer();
  if (type === "number") return fc.double();
  if (type === "boolean") return fc.boolean();
  if (type === "string")
    return fc.oneof(fc.constantFrom("echo", "local", "me"), fc.string({ unit: "binary" }), idText());
  return anything;
}

function idText(): fc.Arbitrary<string> {
  return fc.constantFrom(0, 1, 2, 3, 4).chain((index) => {
    const { sessionId = "", runId = "" } = known[index] ?? {};
    return fc.constantFrom(sessionId, runId, `resp_${runId}`, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
  });
}

const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;

const param = () =>
  fc.oneof({ weight: 3, arbitrary: idText() }, { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1 }) });

function requestsTo(route: Route) {
  const body = route.body ? valuesOf(jsonSchemaOf(route.body)) : anything;
  const query = route.query
    ? wellFormed(jsonSchemaOf(route.query))
    : fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 });
  return fc.record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant<string>(route.method) },
      { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH") },
    ),
    path: fc
      .tuple(param(), param())
      .map(([first, second]) =>
        route.path
          .replace(/:\w+/, encodeURIComponent(first.toWellFormed()))
          .replace(/:\w+/, encodeURIComponent(second.toWellFormed())),
      ),
    query: query.map((given) =>
      Object.entries((given ?? {}) as Record<string, unknown>)
        .map(
          ([name, value]) =>
            `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(String(value).toWellFormed())}`,
        )
        .join("&"),
    ),
    body: fc.oneof(
      { weight: 8, arbitrary: body.map((value) => JSON.stringify(value) ?? "") },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => text.toWellFormed()) },
    ),
    contentType: fc.oneof(
      { weight: 9, arbitrary: fc.constant("application/json") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("text/plain", "application/json; charset=latin1", "multipart/form-data", ""),
      },
    ),
    accept: fc.constantFrom("*/*", "application/json", "text/event-stream"),
    lastEventId: fc.oneof(
      { weight: 4, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.constantFrom("0", "-1", "999999", "x", "1e3") },
    ),
  });
}

type Request = ReturnType<typeof requestsTo> extends fc.Arbitrary<infer Value> ? Value : never;

async function send({
  method,
  path,
  query,
  body,
  contentType,
  accept,
  lastEventId,
}: Request): Promise<string | undefined> {
  const hasBody = method !== "GET" && method !== "HEAD";
  const headers = {
    accept,
    ...(hasBody && contentType !== "" && { "content-type": contentType }),
    ...(lastEventId !== "" && { "last-event-id": lastEventId }),
  };
  const told = `${method} ${path}?${query} ${body}`;
  const response = await fetch(`${served.url}${path}?${query}`, {
    method,
    headers,
    ...(hasBody && { body }),
    signal: AbortSignal.timeout(20_000),
  }).catch((error: unknown) => error as Error);
  if (response instanceof Error) return `${told}: ${response.name} ${response.message}`;
  const text = await response.text().catch((error: unknown) => `cut: ${String(error)}`);
  if (response.status >= 500) return `${told}: ${response.status} ${text}`;
  if (/\n\s+at .+:\d+:\d+|node_modules|node:internal/.test(text)) return `${told}: a stack trace: ${text}`;
  const isForeign = path.startsWith("/v1/responses");
  const type = response.headers.get("content-type") ?? "";
  if (response.status >= 400 && method !== "HEAD" && !isForeign && !type.startsWith(PROBLEM_TYPE)) {
    return `${told}: ${response.status} is no problem+json but ${type}: ${text}`;
  }
  return undefined;
}

test(
  "requests made from the schemas, right and wrong, never get a 5xx, a hang or a stack trace",
  { timeout: 300_000 },
  async () => {
    // Erasing and stopping what the other requests talk about would leave little to try.
    const routes = Object.values(ROUTES as Record<string, Route>).filter(({ method }) => method !== "DELETE");
    const erasing = Object.values(ROUTES as Record<string, Route>).filter(({ method }) => method === "DELETE");
    const request = fc.oneof(
      ...routes.map((route) => ({ weight: 8, arbitrary: requestsTo(route) })),
      ...erasing.map((route) => ({ weight: 1, arbitrary: requestsTo(route) })),
    );
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: TOGETHER, maxLength: TOGETHER }), async (requests) => {
        const complaints = await Promise.all(requests.map(send));
        sent += requests.length;
        expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
      }),
      { numRuns: REQUESTS / TOGETHER, interruptAfterTimeLimit: 280_000, markInterruptAsFailure: true },
    );
    expect(sent).toBeGreaterThanOrEqual(REQUESTS);
    expect((await served.get("/health")).status).toBe(200);
  },
);
