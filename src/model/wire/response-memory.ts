import type { Json, JsonObject } from "../../kernel/index.ts";
import { objectsOf, stringOf } from "./json-fields.ts";
import { inputItems } from "./responses-wire.ts";

const RESPONSES_KEPT_MAX = 1_000;
const ITEMS_KEPT_MAX = 20_000;

/** Responses may continue an earlier one by its id, and name items instead of repeating them: who reads a call needs both. */
export interface ResponseMemory {
  knows(responseId: string): boolean;
  /** The request with all that it refers to written out; what is not known stays away. */
  expand(body: JsonObject): JsonObject;
  /** Takes note of an answer to an expanded request. */
  keep(expanded: JsonObject, response: JsonObject): void;
}

/** Keeps the newest; those of one trial, or of one server. */
export function openResponseMemory(): ResponseMemory {
  const conversations = new Map<string, readonly JsonObject[]>();
  const items = new Map<string, JsonObject>();
  return {
    knows: (responseId) => conversations.has(responseId),
    expand(body) {
      const before = conversations.get(stringOf(body["previous_response_id"])) ?? [];
      const added = inputItems(body["input"]);
      const isReference = ({ type, id, role }: JsonObject) =>
        type === "item_reference" || (type === undefined && role === undefined && typeof id === "string");
      const isPlain = before.length === 0 && !added.some(isReference);
      if (isPlain) return body;
      const whole = added.flatMap((item): JsonObject[] => {
        if (!isReference(item)) return [item];
        return [items.get(stringOf(item["id"])) ?? []].flat();
      });
      return { ...body, input: [...before, ...whole] as readonly Json[] };
    },
    keep(expanded, response) {
      const id = stringOf(response["id"]);
      if (id === "" || expanded["store"] === false) return;
      const output = objectsOf(response["output"]);
      remember(conversations, [[id, [...inputItems(expanded["input"]), ...output]]], RESPONSES_KEPT_MAX);
      remember(
        items,
        output.map((item) => [stringOf(item["id"]), item]),
        ITEMS_KEPT_MAX,
      );
    },
  };
}

function remember<Value>(
  map: Map<string, Value>,
  entries: readonly (readonly [string, Value])[],
  countMax: number,
): void {
  for (const [key, value] of entries) map.set(key, value);
  for (const key of map.keys()) {
    if (map.size <= countMax) return;
    map.delete(key);
  }
}
