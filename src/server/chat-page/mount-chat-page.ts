import type { Env, Hono } from "hono";
import { chatPageFiles } from "./chat-page-files.ts";

/** Serves the page at `/` and what it loads below `/chat/`. No auth stands before it: it holds nothing of anybody's. */
export function mountChatPage<Each extends Env>(app: Hono<Each>): void {
  // Read when somebody asks for the first time: most servers are asked by programs only.
  let files: ReturnType<typeof chatPageFiles> | undefined;
  app.on("GET", ["/", "/chat/*"], async (c, next) => {
    files ??= chatPageFiles();
    const file = files.get(c.req.path);
    if (file === undefined) return next();
    const headers = { ...file.headers };
    return c.req.header("if-none-match") === headers["etag"]
      ? c.body(null, 304, headers)
      : c.body(file.body, 200, headers);
  });
}
