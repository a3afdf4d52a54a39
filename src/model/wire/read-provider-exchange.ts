import { isJsonObject } from "../../kernel/index.ts";
import type { ModelAnswer } from "../language-model.ts";
import { chatWire } from "./chat-wire.ts";
import { decodeBody } from "./decode-body.ts";
import { objectOf, parseJson, stringOf } from "./json-fields.ts";
import { messagesWire } from "./messages-wire.ts";
import { headerOf, type ProviderExchange, type SeenProviderCall } from "./provider-exchange.ts";
import { providerName } from "./provider-name.ts";
import { readOutcome, readTold } from "./read-outcome.ts";
import { openResponseMemory, type ResponseMemory } from "./response-memory.ts";
import { responsesWire } from "./responses-wire.ts";
import type { WireFormat } from "./wire-format.ts";

/**
 * What one exchange says, if it is the call of a model: its format is told by path and body, whatever the host. Never
 * throws; what cannot be read is left out.
 * @param memory of the calls before it: with it, requests that continue an earlier response are read whole
 */
export function readProviderExchange(
  exchange: ProviderExchange,
  memory: ResponseMemory = openResponseMemory(),
): SeenProviderCall | undefined {
  if (exchange.method.toUpperCase() !== "POST") return undefined;
  const parsed = parseJson(decodeBody(exchange.requestBody, exchange.requestHeaders));
  const isReadable = isJsonObject(parsed);
  const body = objectOf(parsed);
  const told = readTold(exchange);
  const { host, path } = placeOf(exchange.url);
  const hasVersionHeader = headerOf(exchange.requestHeaders, "anthropic-version") !== "";
  const seen = { path, body, isReadable, hasVersionHeader, answer: told.events?.[0] ?? told.body };
  const format = WIRE_FORMATS.find((each) => each.claims(seen));
  if (!format) return undefined;
  const asked = format === responsesWire ? memory.expand(body) : body;
  const outcome = readOutcome(format, exchange, told);
  if (format === responsesWire && outcome.body) memory.keep(asked, outcome.body);
  const model = stringOf(body["model"]) || modelInPath(path);
  const { answer, error } = outcome;
  return {
    format: format.name,
    provider: providerName(host),
    model,
    messages: format.messages(asked),
    toolNames: format.tools(body).map(({ name }) => name),
    ...(answer && { answer: answeredAs(answer, model) }),
    ...(error && { error }),
    durationMs: exchange.durationMs,
  };
}

const WIRE_FORMATS: readonly WireFormat[] = [chatWire, responsesWire, messagesWire];

/** Only a model that differs from what was asked for is told apart. */
function answeredAs({ model, ...answer }: ModelAnswer, asked: string): ModelAnswer {
  return { ...answer, ...(model !== undefined && model !== asked && { model }) };
}

function placeOf(url: string): { host: string; path: string } {
  if (!URL.canParse(url)) return { host: "unknown", path: (url.split(/[?#]/)[0] ?? "").replace(/\/$/, "") };
  const { host, pathname } = new URL(url);
  return { host: host || "unknown", path: pathname.replace(/\/$/, "") };
}

/** Where clouds name the model or its deployment. */
function modelInPath(path: string): string {
  const places = /\/deployments\/([^/]+)\/|\/model\/([^/]+)\/invoke|\/models\/([^/:]+):\w+$/.exec(path) ?? [];
  const name = places.slice(1).find((each) => each !== undefined) ?? "";
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
