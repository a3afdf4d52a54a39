import { defineAgent } from "aegis";

/** An agent somebody else runs: all that is known of it is its address. */
export default defineAgent({
  name: "any-language",
  version: "1-http",
  url: process.env["HTTP_AGENT_URL"] ?? (await (await import("./http-server.ts")).startAgentServer()).url,
});
