import { looksSecret } from "./looks-random.ts";
import type { Look } from "./scan.ts";

/** Secrets that tell themselves by how they are made. */
interface Shape {
  readonly kind: string;
  /** One of these is in every secret of the kind: looking for them is much cheaper than the pattern. */
  readonly markers: readonly string[];
  /** The named group `secret` is what is hidden; else the whole. */
  readonly pattern: RegExp;
  readonly isMeant?: (secret: string) => boolean;
}

/** Not in the middle of a longer word: encoded bytes are full of short coincidences. */
const FREE = String.raw`(?<![A-Za-z0-9_-])`;
const word = (source: string) => new RegExp(FREE + source, "g");

const SHAPES: readonly Shape[] = [
  {
    kind: "pem",
    markers: ["PRIVATE KEY"],
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?<secret>[A-Za-z0-9+/=\s\\:,.-]{0,65536}?)(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|(?![A-Za-z0-9+/=\s\\:,.-]))/g,
    isMeant: (secret) => secret.length >= 16,
  },
  { kind: "anthropic-key", markers: ["sk-ant-"], pattern: word("sk-ant-[A-Za-z0-9_-]{16,65536}") },
  { kind: "openai-key", markers: ["sk-"], pattern: word("sk-(?!ant-)[A-Za-z0-9_-]{16,65536}"), isMeant: hasDigit },
  {
    kind: "github-token",
    markers: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    pattern: word("(?:gh[pousr]_[A-Za-z0-9]{20,65536}|github_pat_[A-Za-z0-9_]{20,65536})"),
  },
  { kind: "gitlab-token", markers: ["glpat-"], pattern: word("glpat-[A-Za-z0-9_-]{16,65536}") },
  { kind: "slack-token", markers: ["xox", "xapp-"], pattern: word("(?:xox[a-z]-|xapp-)[A-Za-z0-9-]{10,65536}") },
  {
    kind: "slack-webhook",
    markers: ["hooks.slack.com"],
    pattern: /hooks\.slack\.com\/services\/(?<secret>[\w/]{20,65536})/g,
  },
  { kind: "aws-key-id", markers: ["AKIA", "ASIA"], pattern: word("A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])") },
  { kind: "jwt", markers: ["eyJ"], pattern: word(String.raw`eyJ[\w-]{8,65536}\.[\w-]{8,65536}\.[\w-]{0,65536}`) },
  { kind: "google-key", markers: ["AIza"], pattern: word("AIza[A-Za-z0-9_-]{35}") },
  { kind: "google-token", markers: ["ya29.", "GOCSPX-"], pattern: word(String.raw`(?:ya29\.|GOCSPX-)[\w-]{16,65536}`) },
  {
    kind: "stripe-key",
    markers: ["_live_", "_test_", "whsec_"],
    pattern: word("(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,65536}|whsec_[A-Za-z0-9+/=]{16,65536})"),
  },
  { kind: "huggingface-token", markers: ["hf_"], pattern: word("hf_[A-Za-z0-9]{24,65536}") },
  { kind: "groq-key", markers: ["gsk_"], pattern: word("gsk_[A-Za-z0-9]{24,65536}") },
  {
    kind: "package-token",
    markers: ["npm_", "pypi-"],
    pattern: word("(?:npm_[A-Za-z0-9]{30,65536}|pypi-[A-Za-z0-9_-]{40,65536})"),
  },
  { kind: "sendgrid-key", markers: ["SG."], pattern: word(String.raw`SG\.[\w-]{16,65536}\.[\w-]{16,65536}`) },
  {
    kind: "model-key",
    markers: ["xai-", "pplx-", "tvly-", "r8_"],
    pattern: word("(?:xai-|pplx-|tvly-|r8_)[A-Za-z0-9-]{20,65536}"),
  },
  { kind: "shop-token", markers: ["shp"], pattern: word("shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}") },
  { kind: "telegram-token", markers: [":AA"], pattern: word("[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])") },
  {
    kind: "url-password",
    markers: ["://"],
    pattern: /[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'<>\\]{0,200}:(?<secret>[^\s@/"'<>\\]{1,400})@/gi,
  },
  {
    kind: "url-user",
    markers: ["://"],
    pattern: /[a-z][a-z0-9+.-]{1,30}:\/\/(?<secret>[^\s:@/"'<>\\?#]{8,400})@/gi,
    isMeant: looksSecret,
  },
  {
    kind: "bearer",
    markers: ["earer ", "EARER "],
    pattern: /\bbearer\s{1,8}(?<secret>[\w.~+/=-]{12,65536})/gi,
    isMeant: hasDigit,
  },
  {
    kind: "basic",
    markers: ["asic ", "ASIC "],
    pattern: /\bbasic\s{1,8}(?<secret>[A-Za-z0-9+/]{6,65536}={0,2})/gi,
    isMeant: isPair,
  },
];

/** Where none of these is, no secret tells itself. */
export const SHAPE_MARKERS: readonly string[] = SHAPES.flatMap(({ markers }) => markers);
const ANY_MARKER = new RegExp(SHAPE_MARKERS.map((marker) => marker.replaceAll(".", String.raw`\.`)).join("|"));

export const lookForShapes: Look = (text, { vault }) =>
  secretsByShape(text).map(({ start, end, secret, kind }) => ({ start, end, text: vault.hide(secret, kind) }));

/** A secret that tells itself, and where in the text it stands. */
export interface SeenSecret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly secret: string;
}

/** In order, none over another. */
export function secretsByShape(text: string): SeenSecret[] {
  if (!ANY_MARKER.test(text)) return [];
  const found = SHAPES.flatMap(({ kind, markers, pattern, isMeant }) => {
    if (!markers.some((marker) => text.includes(marker))) return [];
    return [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match.groups?.["secret"] ?? match[0];
      if (secret.includes("[redacted:") || isMeant?.(secret) === false) return [];
      const start = match.index + (secret === match[0] ? 0 : match[0].lastIndexOf(secret));
      return [{ start, end: start + secret.length, secret, kind }];
    });
  });
  const apart: SeenSecret[] = [];
  for (const seen of found.sort((left, right) => left.start - right.start || right.end - left.end)) {
    if (seen.start >= (apart.at(-1)?.end ?? 0)) apart.push(seen);
  }
  return apart;
}

function hasDigit(text: string): boolean {
  return /\d/.test(text);
}

/** `user:password`, encoded. */
function isPair(encoded: string): boolean {
  return /^[\x20-\x7e]{0,400}:[\x20-\x7e]{1,4096}$/.test(Buffer.from(encoded, "base64").toString("latin1"));
}
