import type { Edit } from "./edit.ts";
import { looksSecret } from "./looks-random.ts";
import { decodePercent, encodePercent, hideValue } from "./scan.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";
import type { NamePlace } from "./secret-name.ts";

/** The values of `name=value&name=value` that are to be hidden, `from` on in the text around them. */
export function redactPairs(pairs: string, from: number, place: NamePlace, tools: ScanTools): Edit[] {
  const edits: Edit[] = [];
  let start = from;
  for (const pair of pairs.split("&")) {
    const equals = pair.indexOf("=");
    const encoded = pair.slice(equals + 1);
    const value = decodePercent(encoded, { isForm: true });
    const name = equals === -1 ? "" : decodePercent(pair.slice(0, equals), { isForm: true });
    const secret = tools.nameSecret(name, place);
    const isHidden = secret && (secret.isSure || looksSecret(value));
    const clean = isHidden ? hideValue(value, secret.kind, tools.vault) : scanOnly(value, tools);
    if (clean !== value) {
      const end = start + pair.length;
      edits.push({
        start: end - encoded.length,
        end,
        text: isHidden ? clean.replaceAll(" ", "+") : encodePercent(clean),
      });
    }
    start += pair.length + 1;
  }
  return edits;
}
