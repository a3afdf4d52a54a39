import { join } from "node:path";
import { rolldown } from "rolldown";
import { ROOT } from "../project-root.ts";

/** The chat page's program with React and the AI SDK in it, for a browser. */
export async function bundleChatPage(): Promise<string> {
  const bundle = await rolldown({
    input: join(ROOT, "bench", "clients", "chat-page.ts"),
    cwd: ROOT,
    platform: "browser",
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    logLevel: "silent",
  });
  try {
    const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
    return output[0].code;
  } finally {
    await bundle.close();
  }
}
