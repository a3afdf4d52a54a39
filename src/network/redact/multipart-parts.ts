/** One part of a multipart body, by the places of its content. */
export interface MultipartPart {
  readonly head: string;
  readonly name: string;
  readonly isFile: boolean;
  readonly start: number;
  readonly end: number;
}

/** Undefined where the body is not multipart. */
export function multipartBoundary(contentType: string): string | undefined {
  if (!/^multipart\//i.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

/** The parts of a multipart body, as bytes of one character each; a last part that was cut counts. */
export function multipartParts(text: string, boundary: string): MultipartPart[] {
  const parts: MultipartPart[] = [];
  const delimiter = `--${boundary}`;
  let at = text.indexOf(delimiter);
  while (at !== -1) {
    const headStart = at + delimiter.length;
    const next = text.indexOf(`\n${delimiter}`, headStart);
    const gap = /\r?\n\r?\n/g;
    gap.lastIndex = headStart;
    const found = gap.exec(text);
    if (!found || (next !== -1 && found.index > next)) {
      at = next === -1 ? -1 : next + 1;
      continue;
    }
    const head = text.slice(headStart, found.index);
    const start = found.index + found[0].length;
    const end = next === -1 ? text.length : text[next - 1] === "\r" ? next - 1 : next;
    const [, name = ""] = /;\s*name="([^"]*)"/i.exec(head) ?? [];
    parts.push({ head, name, isFile: /;\s*filename\*?=/i.test(head), start, end: Math.max(start, end) });
    at = next === -1 ? -1 : next + 1;
  }
  return parts;
}
