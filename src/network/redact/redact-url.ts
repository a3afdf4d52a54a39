import { applyEdits } from "./edit.ts";
import { redactPairs } from "./redact-pairs.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";

/** User and password, query keys that hide their values, and secrets of any shape in path, query and fragment. */
export function redactUrl(url: string, tools: ScanTools): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/is.exec(url);
  const { 1: origin = "", 2: user = "", 3: host = "", 4: rest = url } = parts ?? [];
  const { 1: path = "", 2: query = "", 3: fragment = "" } = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest) ?? [];
  const cleanUser = user === "" ? "" : `${tools.vault.hide(user.slice(0, -1), "url-user")}@`;
  return [
    origin,
    cleanUser,
    redactHost(host, tools),
    scanOnly(path, tools),
    redactQuery(query, tools),
    redactQuery(fragment, tools),
  ].join("");
}

/** No name of a host has brackets. */
function redactHost(host: string, tools: ScanTools): string {
  return scanOnly(host, tools).replaceAll(/\[redacted:([a-z0-9-]+):(\d+)\]/g, "redacted-$1-$2");
}

function redactQuery(query: string, tools: ScanTools): string {
  if (query.length < 2) return query;
  const edits = redactPairs(query.slice(1), 1, "query", tools);
  return scanOnly(applyEdits({ text: query, marks: [] }, edits).text, tools);
}
