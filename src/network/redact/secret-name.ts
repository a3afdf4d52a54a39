/** Where a name stands: the same word means more in a query than in a document. */
export type NamePlace = "header" | "query" | "form" | "document";

export interface SecretName {
  /** For the placeholder and the counts. */
  readonly kind: string;
  /** Sure names hide whatever they name; unsure ones (`token`, `key`) only what looks generated. */
  readonly isSure: boolean;
}

/** What a name of a header, a query key, a form field or a member of a document says about its value. */
export type NameSecret = (name: string, place: NamePlace) => SecretName | undefined;

/** @param names that hide their values besides those known here, whatever their case and separators */
export function nameSecret(names: readonly string[]): NameSecret {
  const knownIn = new Map<NamePlace, Map<string, SecretName | undefined>>();
  const own = new Set(names.map((name) => wordsOf(name).join("-")));
  return (name, place) => {
    if (name.length > NAME_CHARACTERS_MAX) return undefined;
    const known = knownIn.get(place) ?? new Map<string, SecretName | undefined>();
    const before = known.get(name);
    if (before !== undefined || known.has(name)) return before;
    const words = wordsOf(name);
    const found = own.has(words.join("-")) ? { kind: kindOf(words), isSure: true } : judge(words, place);
    if (known.size < KNOWN_NAMES_MAX) known.set(name, found);
    knownIn.set(place, known);
    return found;
  };
}

const NAME_CHARACTERS_MAX = 120;
const KNOWN_NAMES_MAX = 10_000;

/** `client_secret`, `clientSecret`, `Client-Secret`: client, secret. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function kindOf(words: readonly string[]): string {
  return words.join("-").slice(0, 19) || "named";
}

const SURE_WORDS: Readonly<Record<string, string>> = {
  password: "password",
  passwords: "password",
  passwd: "password",
  pwd: "password",
  passphrase: "password",
  passcode: "password",
  secret: "secret",
  secrets: "secret",
  clientsecret: "secret",
  credential: "credential",
  credentials: "credential",
  apikey: "api-key",
  apikeys: "api-key",
  accountkey: "api-key",
  accesskey: "api-key",
  sharedaccesskey: "api-key",
  privatekey: "private-key",
  accesstoken: "token",
  refreshtoken: "token",
  authtoken: "token",
  sessiontoken: "token",
  authorization: "authorization",
  cookie: "cookie",
};

/** Before `key` and `token`. */
const KEY_OWNERS = new Set(
  "api access secret private account auth subscription encryption signing shared master service storage license functions webhook".split(
    " ",
  ),
);
const TOKEN_OWNERS = new Set(
  "access refresh id auth session security bearer csrf xsrf vault api private user bot deploy personal oauth jwt secret registration device reset verification invite push app web identity".split(
    " ",
  ),
);

/** A name that ends so speaks about the secret: `password_hint`, `token_type`. */
const ABOUT = new Set(
  "name names hint policy length type types count id ids url uri urls expires expiry expiration at in ttl required enabled strength title description label max min limit remaining reset arn path version format field status error errors used usage details budget endpoint scope scopes issuer prefix".split(
    " ",
  ),
);
const NOT_FIRST = new Set(
  "max min has is num total count prompt completion input output cached no use show".split(" "),
);
const NOT_SECRET = new Set(
  "page next previous prev continuation cursor sync pagination idempotency websocket public primary foreign sort partition cache dedup eos bos pad stop special ratelimit".split(
    " ",
  ),
);
const UNSURE = new Set("token tokens key auth jwt sid session sessionid".split(" "));
const UNSURE_IN_QUERIES = new Set("signature sig code hmac hash ticket".split(" "));

function judge(words: readonly string[], place: NamePlace): SecretName | undefined {
  const last = words.at(-1) ?? "";
  if (place === "query" && words[0] === "x" && (words[1] === "amz" || words[1] === "goog")) {
    return { kind: "signature", isSure: true };
  }
  if (ABOUT.has(last) || NOT_FIRST.has(words[0] ?? "") || words.some((word) => NOT_SECRET.has(word))) return undefined;
  for (const word of words) {
    const kind = Object.hasOwn(SURE_WORDS, word) ? SURE_WORDS[word] : undefined;
    if (kind !== undefined) return { kind, isSure: true };
  }
  const owner = words.at(-2) ?? "";
  if ((last === "key" || last === "keys") && KEY_OWNERS.has(owner)) {
    return { kind: owner === "private" ? "private-key" : "api-key", isSure: true };
  }
  if (last === "token" && TOKEN_OWNERS.has(owner)) return { kind: "token", isSure: true };
  if (last === "string" && owner === "connection") return { kind: "connection-string", isSure: true };
  if (UNSURE.has(last)) return { kind: last === "key" ? "api-key" : "token", isSure: false };
  return place !== "document" && place !== "header" && UNSURE_IN_QUERIES.has(last)
    ? { kind: last === "code" ? "code" : "signature", isSure: false }
    : undefined;
}
