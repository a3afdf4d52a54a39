import type { Json } from "../../kernel/index.ts";
import type { Exchange, SeenRequest } from "../exchange.ts";
import { namePattern } from "./look-behind-names.ts";
import { redactExchange, redactRequest } from "./redact-exchange.ts";
import { redactJson, scanUtf8 } from "./redact-json.ts";
import type { ScanTools } from "./scan-text.ts";
import { nameSecret } from "./secret-name.ts";
import { openSuspicions } from "./open-suspicions.ts";
import { openVault } from "./vault.ts";

export interface RedactionOptions {
  /** Values that are secret whatever they look like, those of the environment, say; of six characters at least. */
  readonly secrets?: readonly string[];
  /** Headers, query keys, form fields and JSON members that hide their values, besides those known everywhere. */
  readonly names?: readonly string[];
}

export interface RedactedExchange {
  readonly exchange: Exchange;
  /** How many values were hidden, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One for what belongs together, a cassette, say: it knows which placeholder stands for which secret. */
export interface Redactor {
  redactExchange(exchange: Exchange): RedactedExchange;
  redactRequest(request: SeenRequest): SeenRequest;
  redactText(text: string): string;
  /** Texts, names and numbers of it; the very same value where there is nothing to hide. */
  redactJson<Value extends Json>(value: Value): Value;
  /** What belongs together: what its end taught is looked for in its beginning too. */
  redactAll<Value>(value: Value, redact: (value: Value) => Value): Value;
  /** What was hidden since the last call, by kind. */
  takeCounts(): Readonly<Record<string, number>>;
}

export function openRedactor({ secrets = [], names = [] }: RedactionOptions = {}): Redactor {
  const tools: ScanTools = {
    vault: openVault(secrets),
    nameSecret: nameSecret(names),
    namePattern: namePattern(names),
  };
  const { vault } = tools;
  const suspicions = openSuspicions(tools, names);
  const redactAll: Redactor["redactAll"] = (value, redact) => {
    const knownBefore = vault.known().length;
    const clean = redact(value);
    return vault.known().length > knownBefore ? redact(clean) : clean;
  };
  return {
    redactExchange: (exchange) => {
      vault.takeCounts();
      const clean = redactAll(exchange, (each) => redactExchange(each, tools));
      return { exchange: clean, counts: vault.takeCounts() };
    },
    redactRequest: (request) => redactAll(request, (each) => redactRequest(each, tools)),
    redactText: (text) => (suspicions.ofText(text) ? redactAll(text, (each) => scanUtf8(each, tools)) : text),
    redactJson: <Value extends Json>(value: Value) =>
      suspicions.ofJson(value) ? (redactAll<Json>(value, (each) => redactJson(each, tools)) as Value) : value,
    redactAll,
    takeCounts: () => vault.takeCounts(),
  };
}
