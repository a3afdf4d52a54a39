import { createHash } from "node:crypto";
import type { SeenRequest } from "../exchange.ts";
import { type IgnoredParts, normalRequest, normalText } from "./normal-request.ts";

/** Under which a request is found again: equal requests have equal keys, however they are written. */
export function requestKey(request: SeenRequest, ignored: IgnoredParts = {}): string {
  const text = normalText(normalRequest(request, ignored));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
