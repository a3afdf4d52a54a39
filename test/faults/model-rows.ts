import { expect } from "vitest";
import type { Json } from "../../src/kernel/index.ts";
import type { ClientSaw } from "./model-clients.ts";
import { SAID } from "./model-upstream.ts";

export const ARGUMENTS = '{"order_id":"W1","why":"asked"}';
const PART = expect.stringMatching(/^I will look/);

export function reasonOf(client: string, reasons: { chat: string; responses: string; anthropic: string }): string {
  if (client.startsWith("anthropic")) return reasons.anthropic;
  return client.includes("responses") ? reasons.responses : reasons.chat;
}

export interface ModelRow {
  readonly fault: Json;
  readonly sees: (saw: ClientSaw, client: string) => void;
  readonly detail?: object;
}

export const MODEL_ROWS: readonly ModelRow[] = [
  {
    fault: { "content-filter": 0.3 },
    sees(saw, client) {
      const reason = reasonOf(client, { chat: "content_filter", responses: "content_filter", anthropic: "refusal" });
      expect(saw).toMatchObject({ text: PART, calls: [], reason });
    },
  },
  {
    fault: { refusal: "I will not." },
    sees: (saw) => expect(saw).toMatchObject({ text: "I will not.", calls: [], reason: "refusal" }),
  },
  {
    fault: "max-tokens-in-tool-call",
    sees(saw, client) {
      const reason = reasonOf(client, { chat: "length", responses: "max_output_tokens", anthropic: "max_tokens" });
      expect(saw.reason).toBe(reason);
      expect(saw.calls[0]?.arguments.length).toBeLessThan(ARGUMENTS.length);
    },
  },
  {
    fault: "malformed-arguments",
    sees(saw, client) {
      if (client === "anthropic, streamed")
        return expect(saw.error?.message ?? saw.calls[0]?.arguments).not.toBe(ARGUMENTS);
      expect(() => JSON.parse(saw.calls[0]?.arguments ?? "")).toThrow(SyntaxError);
    },
  },
  {
    fault: "empty-arguments",
    sees: (saw, client) => expect(saw.calls[0]?.arguments).toBe(client === "anthropic, streamed" ? "{}" : ""),
  },
  {
    fault: "unknown-tool",
    sees: (saw) => expect(saw.calls).toMatchObject([{ name: "lookup_v2", arguments: ARGUMENTS }]),
  },
  {
    fault: "duplicate-tool-call-id",
    sees({ calls, error }, client) {
      // OpenAI's client for streamed responses sees it by itself.
      if (client === "openai responses, streamed") expect(error?.message).toMatch(/duplicate/);
      else expect([calls.length, calls[0]]).toEqual([2, calls[1]]);
    },
  },
  { fault: "empty-content", sees: (saw) => expect(saw).toMatchObject({ text: "", calls: [] }) },
  { fault: "model-changed", sees: (saw) => expect(saw.model).toMatch(/2099-01-01$/) },
  {
    fault: "usage-missing",
    sees(saw, client) {
      expect(saw.hasUsage).toBe(false);
      // Anthropic's client takes it for granted in a stream.
      if (client === "anthropic, streamed") expect(saw.error?.message).toMatch(/output_tokens/);
      else expect(saw.text).toBe(SAID);
    },
  },
  {
    fault: { "injected-prompt": "OBEY {marker}" },
    sees: (saw) => expect(saw.text).toMatch(/OBEY PINEAPPLE-\d{6}/),
    detail: { marker: expect.any(String) },
  },
  {
    fault: "model-overloaded",
    sees: (saw, client) => {
      expect(saw.error?.status).toBe(client.startsWith("anthropic") ? 529 : 503);
      expect(saw.error?.message).toMatch(/overloaded/i);
    },
  },
  {
    fault: "context-overflow",
    sees: ({ error }) =>
      expect([error?.status, error?.message]).toEqual([400, expect.stringMatching(/too long|context window/)]),
  },
  {
    fault: { "rate-limit": "3s" },
    sees: ({ error }) => expect([error?.status, error?.headers?.get("retry-after")]).toEqual([429, "3"]),
  },
  { fault: "unauthorized", sees: ({ error }) => expect(error?.status).toBe(401) },
  { fault: "reset-mid-body", sees: ({ error }) => expect(error?.message).toMatch(/./) },
  { fault: "html-error", sees: (saw) => expect(saw.text).toBe("") },
  { fault: "dns-failure", sees: ({ error }) => expect(error?.message).toMatch(/connection/i) },
];

export const MODEL_STREAM_ROWS: readonly ModelRow[] = [
  { fault: "cut-mid-event", sees: ({ error }) => expect(error?.message).toMatch(/./) },
  { fault: "cut-mid-utf8", sees: ({ error }) => expect(error?.message).toMatch(/./) },
  { fault: "cut-mid-token", sees: (saw) => expect(isUnfinished(saw)).toBe(true) },
  { fault: "no-terminator", sees: (saw) => expect(isUnfinished(saw)).toBe(true) },
  { fault: { "error-event": 0.4 }, sees: ({ error }) => expect(error?.message).toMatch(/overloaded/i) },
  { fault: { "pings-only": 20 }, sees: ({ error }) => expect(error?.message).toMatch(/./) },
  { fault: { "duplicate-event": 0.3 }, sees: (saw) => expect(saw.error?.message ?? saw.text).not.toBe(SAID) },
  { fault: { "reorder-events": 0.3 }, sees: (saw) => expect(saw.error?.message ?? saw.text).not.toBe(SAID) },
];

function isUnfinished({ error, reason }: ClientSaw): boolean {
  return error !== undefined || reason === "in_progress";
}
