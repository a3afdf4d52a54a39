import type { RunEvent } from "../../../domain/index.ts";
import { failureOfReturn } from "../../../check/index.ts";

/** How a tool call ended, coarsely enough to be compared between tools. */
export type CallEnd = "ok" | "timeout" | "429" | "4xx" | "5xx" | "malformed" | "other error" | "no answer";

/** Of a call as its log tells it; texts count where no status was kept. */
export function callEndOf(returned: RunEvent<"tool.returned"> | undefined): CallEnd {
  if (returned === undefined) return "no answer";
  const failure = failureOfReturn(returned);
  if (failure === null) return isBrokenJson(returned.result) ? "malformed" : "ok";
  return ofStatus(returned.error?.status) ?? ofText(failure);
}

function ofStatus(status: number | undefined): CallEnd | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return "429";
  if (status === 408 || status === 504) return "timeout";
  if (status >= 500) return "5xx";
  return status >= 400 ? "4xx" : undefined;
}

const STATUS_IN_TEXT =
  /\b(?:status(?: code)?|http(?:\/\d(?:\.\d)?)?|code|error)\b\W{0,4}([45]\d\d)\b|^\W*([45]\d\d)\b/i;

function ofText(text: string): CallEnd {
  const status = STATUS_IN_TEXT.exec(text);
  const byStatus = ofStatus(status ? Number(status[1] ?? status[2]) : undefined);
  if (byStatus) return byStatus;
  if (/\btoo many requests\b|\brate.?limit/i.test(text)) return "429";
  if (/time[ds]?[ -]?out|\bETIMEDOUT\b|\bdeadline exceeded\b/i.test(text)) return "timeout";
  if (/\b(?:internal server error|bad gateway|service unavailable)\b|\bECONN(?:RESET|REFUSED)\b/i.test(text))
    return "5xx";
  if (
    /\bin JSON at position\b|\bunexpected (?:token|end of)|\bmalformed\b|\bJSONDecodeError\b|\bSyntaxError\b/i.test(
      text,
    )
  ) {
    return "malformed";
  }
  return "other error";
}

/** Text that begins as JSON and breaks: cut or garbled on its way. */
function isBrokenJson(result: unknown): boolean {
  if (typeof result !== "string" || !/^\s*(?:\{\s*"|\[\s*[[{"\d])/.test(result)) return false;
  try {
    JSON.parse(result);
    return false;
  } catch {
    return true;
  }
}
