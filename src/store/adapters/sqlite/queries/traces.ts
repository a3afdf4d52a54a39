import type { DatabaseSync } from "node:sqlite";
import type { Handlers } from "../protocol.ts";
import { preparePacking } from "./pack-traces.ts";
import { prepareSavingTraces } from "./save-traces.ts";
import { prepareSpanParts } from "./span-parts.ts";

export function prepareTraces(db: DatabaseSync): Handlers<"addSpans" | "readSpans" | "saveTraces" | "packTraces"> {
  return { ...prepareSpanParts(db), ...prepareSavingTraces(db), ...preparePacking(db) };
}
