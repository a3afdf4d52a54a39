/** Moves the cursor, runs a command of the terminal, turns the direction of the text, or cannot be seen; line breaks and tabs left out. */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/**
 * For a terminal: control characters, escape sequences, bidirectional overrides and what cannot be seen become visible.
 * Line breaks and tabs become spaces unless `keepLines`.
 */
export function escapeTerminal(text: string, { keepLines = false } = {}): string {
  const flat = keepLines ? text.replaceAll("\r\n", "\n") : text.replaceAll(/\r\n|[\n\r\t\u0085\u2028\u2029]/g, " ");
  return flat.replaceAll(UNSAFE, visible);
}

/** A value as one line of JSON that does nothing in a terminal: what it escapes beyond JSON's own rules is read as the same. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replaceAll(UNSAFE, visible)}\n`;
}

/** Is there anything in a text that acts or hides where it is shown, or that UTF-8 cannot hold? */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) >= 0 || !text.isWellFormed();
}

/** For a document of YAML in which each text that `isUnsafe` stands in double quotes; it is read as the same. */
export function escapeYaml(document: string): string {
  return document.replaceAll(UNSAFE, (characters) =>
    characters.length === 1 ? visible(characters) : `\\U${characters.codePointAt(0)?.toString(16).padStart(8, "0")}`,
  );
}

function visible(characters: string): string {
  return [...Array(characters.length).keys()]
    .map((index) => `\\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}

/** For XML and HTML text and attribute values. Characters XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => names[character] ?? character);
}

/** For one line of GitHub-flavoured Markdown, table cells included: no markup, no link, no mention, no image survives. */
export function escapeMarkdown(text: string): string {
  return escapeTerminal(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/([\\`*_{}[\]()#+!|~$])/g, "\\$1")
    .replaceAll("@", "@\u2060")
    .replaceAll("://", ":\u2060//");
}

/** For the message of a GitHub workflow command (`::error ...::message`). */
export function escapeWorkflowMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** For a property of a GitHub workflow command. */
export function escapeWorkflowProperty(text: string): string {
  return escapeWorkflowMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** The beginning of a text; a character that a cut would go through is left out whole. */
export function firstCharacters(text: string, count: number): string {
  return text.slice(0, count).replace(/[\ud800-\udbff]$/, "");
}
