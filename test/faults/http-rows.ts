import { expect } from "vitest";
import type { Json } from "../../src/kernel/index.ts";
import { type FaultyWorld, look, type Seen } from "./fault-kit.ts";
import { ORDERS } from "./fault-upstream.ts";

export interface HttpRow {
  readonly fault: Json;
  readonly side?: "after";
  readonly path?: string;
  readonly init?: RequestInit & { readonly timeoutMs?: number };
  readonly sees: (seen: Seen, world: FaultyWorld) => void | Promise<void>;
  /** What the log is told, besides the fault's name. */
  readonly detail?: object;
}

const WHOLE = JSON.stringify(ORDERS);
const [first, second] = ORDERS.orders;

const post: RequestInit = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify([1, 2, 3, 4]),
};
const seesReset = ({ status, error }: Seen) =>
  expect({ status, error }).toEqual({ status: 0, error: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) });
const seesBroken = ({ status, error }: Seen) =>
  expect({ status, error }).toEqual({
    status: 200,
    error: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET|UND_ERR_RES_CONTENT/),
  });
const seesStatus = (status: number) => (seen: Seen) => {
  expect(seen.status).toBe(status);
  expect(JSON.parse(seen.text)).toEqual({ error: { status, message: expect.stringMatching(/./) } });
};
const seesJson = (json: unknown) => (seen: Seen) => {
  expect(seen.error).toBeUndefined();
  expect(JSON.parse(seen.text)).toEqual(json);
};
const reached = (world: FaultyWorld) => world.upstream.requests.length;
const eventNumbers = ({ text }: Seen) => [...text.matchAll(/"n":(\d)/g)].map(([, n]) => Number(n));

export const CONNECTION_ROWS: readonly HttpRow[] = [
  // In base-URL mode the connection to the edge stands already: these break it.
  ...["dns-failure", "connection-refused", "tls-invalid", "tls-expired"].map((fault): HttpRow => ({
    fault,
    sees: seesReset,
    detail: { seenAs: "reset" },
  })),
  ...["reset-before-headers", "keep-alive-dropped"].map((fault): HttpRow => ({
    fault,
    sees: (seen, world) => {
      seesReset(seen);
      expect(reached(world)).toBe(0);
    },
  })),
  {
    fault: "response-lost",
    sees: (seen, world) => {
      seesReset(seen);
      expect(reached(world)).toBe(1);
    },
  },
  { fault: "black-hole", init: { timeoutMs: 150 }, sees: ({ error }) => expect(error).toBe("TimeoutError") },
  { fault: "hang", init: { timeoutMs: 150 }, sees: ({ error }) => expect(error).toBe("TimeoutError") },
  {
    fault: { "reset-mid-body": 0.25 },
    sees: (seen) => {
      seesBroken(seen);
      expect(seen.text.length).toBeLessThan(WHOLE.length / 2);
    },
    detail: { bytes: Buffer.byteLength(WHOLE) },
  },
  {
    fault: { latency: 80 },
    sees: ({ headMs, text }) => expect([headMs >= 75, text]).toEqual([true, WHOLE]),
    detail: { delayMs: 80 },
  },
  {
    fault: { "latency-lognormal": { medianMs: 60, p95Ms: 70, maxMs: 65 } },
    sees: ({ headMs }) => expect(headMs).toBeGreaterThan(40),
  },
  {
    fault: { "latency-spike": { spikeShare: 1, delayMs: 80 } },
    sees: ({ headMs }) => expect(headMs).toBeGreaterThan(75),
    detail: { delayMs: 80 },
  },
  {
    fault: { timeout: "80ms" },
    sees: (seen) => {
      seesReset(seen);
      expect(seen.durationMs).toBeGreaterThan(75);
    },
  },
  {
    fault: { "stall-first-byte": 120 },
    sees: ({ headMs, durationMs, text }) => expect([durationMs - headMs > 60, text]).toEqual([true, WHOLE]),
  },
  {
    fault: { "slow-close": 120 },
    sees: ({ headMs, durationMs, text }) => expect([durationMs - headMs > 60, text]).toEqual([true, WHOLE]),
  },
  {
    fault: { bandwidth: 4_000 },
    sees: ({ headMs, durationMs, text }) => expect([durationMs - headMs > 60, text]).toEqual([true, WHOLE]),
  },
  {
    fault: { drip: { everyMs: 5, pieceBytes: 20 } },
    sees: ({ headMs, durationMs, text }) => expect([durationMs - headMs > 60, text]).toEqual([true, WHOLE]),
  },
  { fault: { "out-of-order": 80 }, sees: ({ headMs }) => expect(headMs).toBeGreaterThan(75) },
];

const STATUSES: Readonly<Record<string, number>> = {
  "bad-request": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "request-timeout": 408,
  conflict: 409,
  "payload-too-large": 413,
  "server-error": 500,
  "bad-gateway": 502,
  unavailable: 503,
  "gateway-timeout": 504,
  overloaded: 529,
};

export const STATUS_ROWS: readonly HttpRow[] = [
  ...Object.entries(STATUSES).map(([fault, status]): HttpRow => ({
    fault,
    sees: seesStatus(status),
    detail: { status },
  })),
  { fault: { status: 451 }, sees: seesStatus(451), detail: { status: 451 } },
  {
    fault: "server-error",
    side: "after",
    sees: (seen, world) => {
      seesStatus(500)(seen);
      expect(reached(world)).toBe(1);
    },
  },
  {
    fault: { "rate-limit": "1.5s" },
    sees: ({ status, headers }) => expect([status, headers.get("retry-after")]).toEqual([429, "2"]),
    detail: { status: 429, retryAfter: "2" },
  },
  {
    fault: { "rate-limit": { retryAfterMs: "5s", retryAfterForm: "date" } },
    sees: ({ headers }) => {
      const waitMs = Date.parse(headers.get("retry-after") ?? "") - Date.now();
      expect(waitMs).toBeGreaterThan(3_500);
      expect(waitMs).toBeLessThan(6_500);
    },
  },
  {
    fault: { "rate-limit": { retryAfterForm: "absent" } },
    sees: ({ headers }) => expect(headers.has("retry-after")).toBe(false),
  },
  {
    fault: { "rate-limit": { retryAfterForm: "absurd" } },
    sees: ({ headers }) => expect(headers.get("retry-after")).toBe("950400"),
  },
];

export const BODY_ROWS: readonly HttpRow[] = [
  {
    fault: { truncated: 0.5 },
    sees: ({ text, error }) =>
      expect([text.length > 50, WHOLE.startsWith(text.slice(0, 50)), text.length < WHOLE.length, error]).toEqual([
        true,
        true,
        true,
        undefined,
      ]),
  },
  {
    fault: { "wrong-length": 10 },
    sees: (seen) => {
      seesBroken(seen);
      expect(seen.headers.get("content-length")).toBe(String(Buffer.byteLength(WHOLE) + 10));
    },
  },
  {
    fault: "broken-gzip",
    sees: ({ error, headers }) =>
      expect([headers.get("content-encoding"), error]).toEqual([
        "gzip",
        expect.stringMatching(/Z_DATA_ERROR|terminated|TypeError/),
      ]),
  },
  { fault: "wrong-charset", sees: ({ text }) => expect(text).toContain("f\ufffdr Zo\ufffd") },
  {
    fault: { "wrong-content-type": "text/csv" },
    sees: ({ headers, text }) => expect([headers.get("content-type"), text]).toEqual(["text/csv", WHOLE]),
  },
  {
    fault: "html-error",
    sees: ({ status, headers, text }) =>
      expect([status, headers.get("content-type"), text.slice(0, 15)]).toEqual([
        200,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>",
      ]),
  },
  { fault: "empty", sees: seesJson({ ...ORDERS, orders: [] }) },
  { fault: { partial: 0.5 }, sees: seesJson({ ...ORDERS, orders: [first, second] }), detail: { share: 0.5 } },
  { fault: "looping-cursor", path: "/orders?cursor=c1", sees: seesJson({ ...ORDERS, next_cursor: "c1" }) },
  {
    fault: { oversized: 200_000 },
    sees: ({ text }) => expect((JSON.parse(text) as typeof ORDERS).orders.length).toBeGreaterThan(1_000),
  },
  {
    fault: { "duplicate-items": 1 },
    sees: ({ text }) =>
      expect((JSON.parse(text) as typeof ORDERS).orders.slice(0, 4)).toEqual([first, first, second, second]),
  },
  {
    fault: { stale: "2d" },
    sees: ({ text, headers }) => {
      expect((JSON.parse(text) as typeof ORDERS).orders[0]?.placed_at).toBe("2026-10-31T10:00:00Z");
      expect(headers.get("age")).toBe("172800");
    },
  },
  {
    fault: { "clock-skew": "-1h" },
    sees: ({ text, headers }) => {
      expect((JSON.parse(text) as typeof ORDERS).orders[0]?.placed_at).toBe("2026-11-02T09:00:00Z");
      const behindMs = Date.now() - Date.parse(headers.get("date") ?? "");
      expect(Math.abs(behindMs - 3_600_000)).toBeLessThan(60_000);
    },
  },
  ...(["rename", "type", "null", "missing", "enum", "unit"] as const).map((change): HttpRow => ({
    fault: { "schema-drift": { change, field: change === "unit" ? "orders.total" : "orders.status" } },
    sees: ({ text }) => {
      const expected = {
        rename: { status_value: "shipped" },
        type: { status: { value: "shipped" } },
        null: { status: null },
        missing: {},
        enum: { status: "shipped_v2" },
        unit: { status: "shipped", total: 1_250 },
      }[change];
      const { status: _, ...rest } = first ?? {};
      expect((JSON.parse(text) as typeof ORDERS).orders[0]).toEqual({ ...rest, ...expected });
    },
  })),
  {
    fault: "wrong-value",
    sees: ({ text }) => {
      const changed = text.split(/[,{}[\]]/).filter((part, index) => part !== WHOLE.split(/[,{}[\]]/)[index]);
      expect(changed).toHaveLength(1);
    },
  },
  {
    fault: "injected-prompt",
    sees: ({ text }) => expect(text).toMatch(/ignore all earlier instructions.*PINEAPPLE-\d{6}/),
    detail: { marker: expect.stringMatching(/^PINEAPPLE-\d{6}$/) },
  },
];

export const SEMANTIC_ROWS: readonly HttpRow[] = [
  {
    fault: "duplicate-delivery",
    init: post,
    sees: (seen, world) => {
      seesJson(ORDERS)(seen);
      expect(world.upstream.requests.map(({ body }) => body)).toEqual(["[1,2,3,4]", "[1,2,3,4]"]);
    },
  },
  {
    fault: { "partial-batch": 0.5 },
    init: post,
    sees: (seen, world) => {
      seesJson(ORDERS)(seen);
      expect(world.upstream.requests.map(({ body }) => body)).toEqual(["[1,2]"]);
    },
  },
  {
    fault: { "lost-update": { saved: true } },
    init: post,
    sees: (seen, world) => {
      seesJson({ saved: true })(seen);
      expect(reached(world)).toBe(0);
    },
  },
];

const stream = { path: "/events" };

export const STREAM_ROWS: readonly HttpRow[] = [
  {
    ...stream,
    fault: "cut-mid-event",
    sees: (seen) => {
      seesBroken(seen);
      expect(seen.text).toMatch(/\n\ndata: \{"n":[^}]*$/);
    },
  },
  {
    ...stream,
    fault: "cut-mid-utf8",
    sees: (seen) => {
      seesBroken(seen);
      expect(seen.text.at(-1)).toBe("\ufffd");
    },
  },
  {
    ...stream,
    fault: "cut-mid-token",
    sees: (seen) => expect([seen.error, eventNumbers(seen)]).toEqual([undefined, [0, 1, 2, 3, 4]]),
  },
  {
    ...stream,
    fault: "no-terminator",
    sees: (seen) => expect([seen.error, eventNumbers(seen).at(-1)]).toEqual([undefined, 8]),
  },
  {
    ...stream,
    fault: { "error-event": 0.3 },
    sees: ({ text }) => expect(text).toMatch(/"n":2[^]*event: error\ndata: .*Overloaded.*\n\n$/),
  },
  {
    ...stream,
    fault: "duplicate-event",
    sees: (seen) => expect(eventNumbers(seen)).toEqual([0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9]),
  },
  {
    ...stream,
    fault: "reorder-events",
    sees: (seen) => expect(eventNumbers(seen)).toEqual([0, 1, 2, 3, 4, 6, 5, 7, 8, 9]),
  },
  {
    ...stream,
    fault: { "pings-only": 30 },
    init: { timeoutMs: 200 },
    sees: ({ text, error }) =>
      expect([text.startsWith(": ping\n\n: ping\n\n"), text.includes("data"), error]).toEqual([
        true,
        false,
        "TimeoutError",
      ]),
  },
];

/** The faults that are about more than one call. */
export const LASTING_ROWS: readonly HttpRow[] = [
  {
    fault: "redirect-loop",
    sees: ({ error }) => expect(error).toBe("redirect count exceeded"),
    detail: { status: 302 },
  },
  {
    fault: { "token-expired": "works" },
    init: { headers: { authorization: "Bearer old" } },
    async sees(seen, { url }) {
      seesStatus(401)(seen);
      const again = await look(`${url}/orders`, { headers: { authorization: "Bearer old" } });
      const refreshed = await look(`${url}/oauth/token`, { method: "POST", body: "refresh" });
      const after = await look(`${url}/orders`, { headers: { authorization: "Bearer fresh" } });
      expect([again.status, refreshed.text, after.status]).toEqual([401, '{"access_token":"fresh"}', 200]);
    },
    detail: { status: 401 },
  },
  {
    fault: { "token-expired": "fails" },
    init: { headers: { authorization: "Bearer old" } },
    async sees(seen, { url }) {
      seesStatus(401)(seen);
      const refreshed = await look(`${url}/oauth/token`, { method: "POST", body: "refresh" });
      expect([refreshed.status, refreshed.text]).toEqual([400, expect.stringContaining("invalid_grant")]);
    },
  },
];
