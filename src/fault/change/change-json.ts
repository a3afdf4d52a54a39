import type { Json, Random } from "../../kernel/index.ts";
import type { FaultAction } from "../fault.ts";
import { numberOf, textOf } from "../fault-parameters.ts";
import { duplicateEntries, emptied, keepShare, oversize } from "./change-entries.ts";
import { driftSchema, type SchemaChange } from "./drift-schema.ts";
import { injectText } from "./inject-text.ts";
import { loopCursor } from "./loop-cursor.ts";
import { misstateValue } from "./misstate-value.ts";
import { shiftDates } from "./shift-dates.ts";

export interface ChangedCall {
  /** Arguments of a tool, or the parameters of a URL. */
  readonly asked: Json;
  /** What the last undisturbed call that asked the same was answered, where there was one. */
  readonly earlier?: Json;
}

export type JsonChange = (value: Json, call: ChangedCall) => Json;

/**
 * How a fault of the body changes a JSON value; undefined for faults that change none.
 * @param options.marker what `{marker}` becomes in an injected text
 */
export function jsonChange(
  action: FaultAction,
  { random, marker }: { readonly random: Random; readonly marker: string },
): JsonChange | undefined {
  switch (action.kind) {
    case "partial":
      return (value) => keepShare(value, numberOf(action, "share"));
    case "empty":
      return emptied;
    case "duplicate-items":
      return (value) => duplicateEntries(value, numberOf(action, "share"), random);
    case "oversized":
      return (value) => oversize(value, numberOf(action, "bytes"));
    case "stale":
      return (value, { earlier }) => shiftDates(earlier ?? value, -numberOf(action, "byMs"));
    case "clock-skew":
      return (value) => shiftDates(value, numberOf(action, "byMs"));
    case "read-after-write-lag":
      return (value, { earlier }) => earlier ?? value;
    case "schema-drift": {
      const change = textOf(action, "change") as SchemaChange;
      return (value) => driftSchema(value, { change, field: textOf(action, "field"), random });
    }
    case "wrong-value":
      return (value) => misstateValue(value, { field: textOf(action, "field"), random });
    case "injected-prompt": {
      const text = textOf(action, "text").replaceAll("{marker}", marker);
      return (value) => injectText(value, { text, field: textOf(action, "field") });
    }
    case "looping-cursor":
      return (value, { asked }) => loopCursor(value, asked);
    case "truncated":
      return (value) => truncated(value, numberOf(action, "share"));
    default:
      return undefined;
  }
}

/** The text that a value is written as, cut off. */
function truncated(value: Json, share: number): Json {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const kept = Math.min(Math.round(text.length * share), text.length - 1);
  return text.slice(0, Math.max(0, kept)).toWellFormed();
}
