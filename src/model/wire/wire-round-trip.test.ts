import fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, toJson } from "../../kernel/index.ts";
import { servedChat } from "../chat-response.ts";
import type { ModelAnswer } from "../language-model.ts";
import type { ProviderExchange, SeenProviderCall } from "./provider-exchange.ts";
import { readProviderExchange } from "./read-provider-exchange.ts";
import type { ServedFormat } from "./served-format.ts";
import { servedMessages } from "./served-messages.ts";
import { servedResponses } from "./served-responses.ts";
import { bytes, exchange, stream } from "./wire.test-kit.ts";

// What our own server writes is read back as what was meant, in every format; and what nobody meant harms nobody.

const tool = fc.record({
  callId: fc.uuid(),
  tool: fc.stringMatching(/^\w{1,9}$/),
  arguments: fc.dictionary(fc.string(), fc.jsonValue()),
});
const count = fc.nat(1_000_000);

const answers: fc.Arbitrary<ModelAnswer> = fc
  .record({
    text: fc.oneof(fc.string(), fc.string({ unit: "grapheme" })),
    reasoning: fc.string({ minLength: 1, unit: "grapheme" }),
    tools: fc.uniqueArray(tool, { maxLength: 3, selector: ({ callId }) => callId }),
    hasReasoning: fc.boolean(),
    inputTokens: count,
    outputTokens: count,
    end: fc.constantFrom("length" as const, "content-filter" as const, undefined),
  })
  .map(({ text, reasoning, tools, hasReasoning, inputTokens, outputTokens, end }) => ({
    message: {
      role: "assistant" as const,
      content: text,
      ...(hasReasoning && { reasoning }),
      ...(tools.length > 0 && { toolRequests: toJson(tools) as unknown as typeof tools as never }),
    },
    finishReason: end ?? (tools.length > 0 ? "tool-calls" : "stop"),
    usage: { inputTokens, outputTokens },
  }));

const say = { model: "asked", messages: [{ role: "user", content: "hi" }] };
const FORMATS: readonly [path: string, () => ServedFormat, request: Json][] = [
  ["/v1/chat/completions", () => servedChat, { ...say, stream_options: { include_usage: true } }],
  ["/v1/responses", servedResponses, { model: "asked", input: "hi" }],
  ["/v1/messages", () => servedMessages, { ...say, max_tokens: 9 }],
];

function served(path: string, format: ServedFormat, request: Json, answer: ModelAnswer): ProviderExchange[] {
  const asked = format.read(request);
  const given = { asked, number: 1, createdAtMs: 0, model: "asked", answer };
  const url = `http://127.0.0.1:1${path}`;
  const whole = exchange({ url, request, response: toJson(format.body(given)) });
  return [whole, exchange({ url, request, response: format.frames(given).join("") })];
}

test.each(FORMATS)("%s: every answer is read back, streamed and not", (path, open, request) => {
  fc.assert(
    fc.property(answers, (answer) => {
      for (const each of served(path, open(), request, answer)) {
        const { messages, error, answer: read } = readProviderExchange(each) as SeenProviderCall;
        expect({ messages, error }).toEqual({ messages: [{ role: "user", content: "hi" }], error: undefined });
        expect(toJson(read)).toEqual(toJson(answer));
      }
    }),
    { numRuns: 60 },
  );
});

test.each(FORMATS)(
  "%s: a stream cut anywhere gives a beginning of the answer, and never more",
  (path, open, request) => {
    fc.assert(
      fc.property(answers, fc.double({ min: 0, max: 1, noNaN: true }), (answer, share) => {
        const [, streamed] = served(path, open(), request, answer);
        const body = streamed?.responseBody ?? bytes("");
        const cut = body.slice(0, Math.floor(body.length * share));
        const read = readProviderExchange({ ...(streamed as ProviderExchange), responseBody: cut, isWhole: false });
        expect(answer.message.content.startsWith(read?.answer?.message.content ?? "")).toBe(true);
        expect(read?.answer?.message.toolRequests?.length ?? 0).toBeLessThanOrEqual(
          answer.message.toolRequests?.length ?? 0,
        );
        if (read?.error) expect(read.answer?.finishReason ?? "error").toBe("error");
        else expect(read?.answer?.message).toEqual(toJson(answer.message));
      }),
      { numRuns: 100 },
    );
  },
);

/** Values that look like parts of provider traffic, with anything in any place. */
const FIELDS = `model messages role content type text tool_calls function name arguments id index choices message delta
  finish_reason usage error input output call_id status tools response item output_index content_block max_tokens system
  object __proto__ constructor`.split(/\s+/);
const WORDS = `user assistant tool text tool_use tool_result function_call function_call_output reasoning stop error
  chat.completion.chunk response.completed response.output_item.added message_start content_block_start
  content_block_delta message_delta input_json_delta { {"a":`.split(/\s+/);
const { value: hostile } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<Json>(...WORDS, "[".repeat(9_000), null, true, -1, 0, 1e300, ""),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie("value"), { maxKeys: 8 }),
  ),
}));

const hostileBody = fc.oneof(
  hostile.map((value) => bytes(value)),
  fc.array(hostile, { maxLength: 6 }).map((events) => bytes(stream(...events))),
  fc.uint8Array({ maxLength: 200 }),
);

test.each(FORMATS)("%s: nothing that comes back, and nothing that is asked, makes it throw", (path, _open, request) => {
  const requests = fc.oneof(
    hostile.map((value) => bytes({ ...(request as object), ...(value as object) } as Json)),
    hostileBody,
    fc.constant(bytes(request)),
  );
  const codings = fc.constantFrom("", "gzip", "br", "deflate", "zstd", "gzip, nonsense", ",,");
  fc.assert(
    fc.property(requests, hostileBody, codings, fc.nat(700), fc.boolean(), (asked, told, coding, status, isWhole) => {
      const headers = [
        ["content-encoding", coding],
        ["retry-after", coding],
      ] as const;
      const url = `http://127.0.0.1:1${path}`;
      const seen = readProviderExchange(
        exchange({
          url,
          request: asked,
          response: told,
          status,
          headers,
          requestHeaders: [["anthropic-version", "1"]],
          isWhole,
        }),
      );
      if (!seen) return;
      expect(seen.answer !== undefined || seen.error !== undefined).toBe(true);
      // Fit for a log: plain JSON all the way, messages of the known roles.
      expect(toJson(seen)).toEqual(seen);
      for (const { role } of seen.messages) expect(["system", "user", "assistant", "tool"]).toContain(role);
    }),
    { numRuns: 400 },
  );
});

test("very deep values are left unread, not walked", () => {
  const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
  const message = { tool_calls: [{ id: "a", function: { name: "get", arguments: deep } }] };
  const response = { object: "chat.completion", choices: [{ message, finish_reason: "tool_calls" }] };
  const seen = readProviderExchange(exchange({ request: say, response }));
  expect(seen?.answer?.message.toolRequests?.[0]?.arguments).toBe(deep);
  expect(readProviderExchange(exchange({ request: `{"model":"m","messages":${deep}}` }))).toBeUndefined();
});
