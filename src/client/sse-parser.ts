/** One thing a server-sent event stream said. */
export type SseItem =
  | { readonly kind: "message"; readonly data: string; readonly id?: string; readonly event?: string }
  | { readonly kind: "comment" }
  | { readonly kind: "retry"; readonly ms: number };

/** A message may be as large as the largest event of a log, escaped, and then some. */
const MESSAGE_CHARACTERS_MAX = 32 * 1024 * 1024;

/**
 * Reads a `text/event-stream` from chunks cut anywhere, inside a character too. Lines end with LF, CR or CRLF; what the
 * last blank line leaves over is no message.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function sseParser(): (chunk: Uint8Array) => SseItem[] {
  const decoder = new TextDecoder();
  let line = "";
  let endedWithCr = false;
  let fields = noFields();

  const endLine = (items: SseItem[]) => {
    if (line === "") {
      if (fields.data !== undefined) items.push(messageOf(fields));
      fields = noFields();
      return;
    }
    if (line.startsWith(":")) items.push({ kind: "comment" });
    else readField(line, fields, items);
    line = "";
  };

  return (chunk) => {
    const items: SseItem[] = [];
    let text = decoder.decode(chunk, { stream: true });
    if (text === "") return items;
    const isRestOfCrlf = endedWithCr && text.startsWith("\n");
    endedWithCr = text.endsWith("\r");
    if (isRestOfCrlf) text = text.slice(1);
    const lines = text.split(/\r\n|\n|\r/);
    for (const [index, piece] of lines.entries()) {
      line += piece;
      if (index < lines.length - 1) endLine(items);
    }
    if (line.length + (fields.data?.length ?? 0) > MESSAGE_CHARACTERS_MAX) throw new RangeError("A message has no end");
    return items;
  };
}

interface Fields {
  data: string | undefined;
  id: string | undefined;
  event: string | undefined;
}

function noFields(): Fields {
  return { data: undefined, id: undefined, event: undefined };
}

function readField(line: string, fields: Fields, items: SseItem[]): void {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
  if (name === "data") fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
  if (name === "id" && !value.includes("\0")) fields.id = value;
  if (name === "event") fields.event = value;
  if (name === "retry" && /^\d+$/.test(value)) items.push({ kind: "retry", ms: Number(value) });
}

function messageOf({ data = "", id, event }: Fields): SseItem {
  return { kind: "message", data, ...(id === undefined ? {} : { id }), ...(event === undefined ? {} : { event }) };
}
