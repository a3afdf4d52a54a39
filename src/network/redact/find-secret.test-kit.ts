import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** In which encodings the secret is in the text; written apart from what redacts, and by another method: it searches all. */
export function encodingsWith(secret: string, stored: string): string[] {
  const layers = unwrapped(stored);
  return Object.entries(forms(secret)).flatMap(([name, needles]) =>
    layers.some((layer) => needles.some((needle) => layer.includes(needle))) ? [name] : [],
  );
}

function forms(secret: string): Record<string, string[]> {
  const bytes = Buffer.from(secret);
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(shift === 0 ? 0 : 4, -2);
  });
  return {
    raw: [secret, bytes.toString("latin1")],
    json: [JSON.stringify(secret).slice(1, -1)],
    percent: [encodeURIComponent(secret), encodeURIComponent(secret).toLowerCase()],
    base64: shifted.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]),
    hex: [bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
    utf16: [Buffer.from(secret, "utf16le").toString("latin1")],
  };
}

/** The stored lines, and their bodies as they are and unpacked; the pieces of streamed texts put together. */
function unwrapped(stored: string): string[] {
  const layers = [stored];
  for (const line of stored.trimEnd().split("\n").slice(1)) {
    const { requestBody, response } = JSON.parse(line) as {
      requestBody: { utf8?: string; base64?: string };
      response?: { chunks: [number, string][] };
    };
    const bodies = [
      Buffer.from(requestBody.utf8 ?? Buffer.from(requestBody.base64 ?? "", "base64")),
      Buffer.concat((response?.chunks ?? []).map(([, chunk]) => Buffer.from(chunk, "base64"))),
    ];
    for (const body of bodies) layers.push(...bodyLayers(body));
  }
  return layers;
}

function bodyLayers(body: Buffer): string[] {
  const layers = [body.toString("utf8"), body.toString("latin1")];
  for (const unpack of [gunzipSync, inflateSync, brotliDecompressSync]) {
    try {
      layers.push(unpack(body).toString("utf8"));
    } catch {
      continue;
    }
  }
  const text = body.toString("utf8");
  const pieces = [...text.matchAll(/"(?:content|partial_json)":("(?:[^"\\]|\\.)*")/g)];
  layers.push(pieces.map(([, piece]) => JSON.parse(piece ?? '""') as string).join(""));
  layers.push(
    text
      .replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll("\\", ""),
    decodeURIComponent(text.replaceAll("+", " ").replaceAll(/%(?![0-9A-F]{2})/g, "%25")),
  );
  for (const [run] of text.matchAll(/[A-Za-z0-9+/]{40,}/g)) {
    try {
      layers.push(gunzipSync(Buffer.from(run, "base64")).toString("utf8"));
    } catch {
      continue;
    }
  }
  return layers;
}
