/**
 * Where a text stops being JSON, as an offset in UTF-16 units; its length when it ends too early. The engine's own
 * message leaves the place out for many errors.
 */
export function findJsonError(text: string): number {
  const open: string[] = [];
  let state: State = "value";
  let at = skip(text, 0, SPACE);
  while (at < text.length) {
    const character = text.charAt(at);
    const step = nextState(state, character, open);
    if (step === undefined) return at;
    state = step.state;
    const end = step.token ? tokenEnd(text, at) : at + 1;
    if (end < 0) return -end - 1;
    at = skip(text, end, SPACE);
  }
  return text.length;
}

type State = "value" | "valueOrEnd" | "key" | "keyOrEnd" | "colon" | "commaOrEnd" | "nothing";

const SPACE = /[ \t\n\r]*/y;
/** An opened string up to its closing quote, or to the first character or escape that JSON does not allow. */
const STRING_BODY = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may follow; undefined when the character does not belong. Keeps the brackets that are open. */
function nextState(state: State, character: string, open: string[]): { state: State; token?: true } | undefined {
  const afterValue = (): State => (open.length === 0 ? "nothing" : "commaOrEnd");
  if (state === "colon") return character === ":" ? { state: "value" } : undefined;
  if (state === "key" || state === "keyOrEnd") {
    if (character === '"') return { state: "colon", token: true };
  } else if (state === "value" || state === "valueOrEnd") {
    if (character === "{" || character === "[") {
      open.push(character);
      return { state: character === "{" ? "keyOrEnd" : "valueOrEnd" };
    }
    if (/["\d\-tfn]/.test(character)) return { state: afterValue(), token: true };
  } else if (character === "," && state === "commaOrEnd") {
    return { state: open.at(-1) === "{" ? "key" : "value" };
  }
  const mayEnd = state === "valueOrEnd" || state === "keyOrEnd" || state === "commaOrEnd";
  if (!mayEnd || character !== (open.at(-1) === "{" ? "}" : "]")) return undefined;
  open.pop();
  return { state: afterValue() };
}

/** Where the token ends; `-offset - 1` of the bad character in it. */
function tokenEnd(text: string, at: number): number {
  const isString = text[at] === '"';
  const end = skip(text, at, isString ? STRING_BODY : WORD);
  if (!isString) return end === at ? -at - 1 : end;
  return text[end] === '"' ? end + 1 : -end - 1;
}

function skip(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
