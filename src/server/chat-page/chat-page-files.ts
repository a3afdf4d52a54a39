import { createHash } from "node:crypto";
import { browserModules } from "./browser-modules.ts";
import { PAGE_ICON, pageDocument } from "./page-document.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** One file of the chat page, ready to be sent. */
export interface ChatPageFile {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Nothing but the page's own files, and no markup from text: what a model or a tool says can only be shown. The page is
 * in nobody's frame, sends no form and loads nothing from elsewhere.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The files of the chat page by path: `/` and what it loads below `/chat/`. They hold no secret: no auth is needed. */
export function chatPageFiles(): ReadonlyMap<string, ChatPageFile> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const modules = browserModules(new URL("../../", import.meta.url), `server/chat-page/page/main.${extension}`);
  const addressOf = (path: string) => `/chat/${path}`;
  const html = pageDocument(modules.map(({ path }) => addressOf(path)));
  return new Map([
    ["/", file("text/html", html)],
    ["/chat/page.css", file("text/css", PAGE_STYLE)],
    ["/chat/icon.svg", file("image/svg+xml", PAGE_ICON)],
    ...modules.map(({ path, body }) => [addressOf(path), file("text/javascript", body)] as const),
  ]);
}

function file(type: string, body: string): ChatPageFile {
  return {
    body,
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      // Asked about each time, sent again only when changed.
      "cache-control": "no-cache",
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`,
    },
  };
}
