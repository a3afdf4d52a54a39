/**
 * For a terminal: control characters, escape sequences, bidirectional overrides and zero-width marks become visible.
 * Line breaks and tabs become spaces unless `keepLines`.
 */
export function escapeTerminal(text: string, { keepLines = false } = {}): string {
  const flat = keepLines ? text.replaceAll("\r\n", "\n") : text.replaceAll(/\r\n|[\n\r\t\u0085\u2028\u2029]/g, " ");
  const unsafe = keepLines
    ? /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
    : /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  return flat.replaceAll(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
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
