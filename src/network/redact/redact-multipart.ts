import type { Edit } from "./edit.ts";
import { looksSecret } from "./looks-random.ts";
import { hideValue } from "./scan.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";
import { type MultipartPart, multipartParts } from "./multipart-parts.ts";

/** Fields by their names, files by what is in them. */
export function redactMultipart(text: string, boundary: string, tools: ScanTools): Edit[] {
  return multipartParts(text, boundary).flatMap((part) => {
    const content = text.slice(part.start, part.end);
    const clean = cleanPart(part, content, tools);
    return clean === content ? [] : [{ start: part.start, end: part.end, text: clean }];
  });
}

function cleanPart(part: MultipartPart, content: string, tools: ScanTools): string {
  const secret = part.isFile ? undefined : tools.nameSecret(part.name, "form");
  const isHidden = secret && (secret.isSure || looksSecret(content));
  if (isHidden) return hideValue(content, secret.kind, tools.vault);
  if (!/^content-transfer-encoding:\s*base64/im.test(part.head)) return scanOnly(content, tools);
  const decoded = Buffer.from(content, "base64").toString("latin1");
  const clean = scanOnly(decoded, tools);
  return clean === decoded ? content : Buffer.from(clean, "latin1").toString("base64");
}
