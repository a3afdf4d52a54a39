import { EITHER_SIDE, faultKinds, text, wait } from "./fault-kind.ts";
import { INJECTED_TEXT } from "./body-faults.ts";

const AFTER = { fits: ["mcp"], sides: ["after"] } as const;
const tool = text("", "that is meant; the first one where none is given");

export const MCP_FAULTS = faultKinds("mcp", [
  { ...AFTER, name: "mcp-list-changed", meaning: "The server says in mid-run that its list of tools has changed." },
  {
    fits: ["mcp"],
    name: "mcp-tool-removed",
    short: "tool",
    parameters: { tool },
    meaning: "A tool is gone from the server's list and can no longer be called.",
  },
  {
    fits: ["mcp"],
    name: "mcp-schema-changed",
    short: "tool",
    parameters: { tool },
    meaning: "A tool's input schema is another one: a parameter has a new name.",
  },
  {
    name: "mcp-timeout",
    fits: ["mcp"],
    sides: EITHER_SIDE,
    short: "afterMs",
    parameters: { afterMs: wait(5_000, "until the error comes") },
    meaning: "The server answers after {afterMs} with the JSON-RPC error of a request that timed out.",
  },
  {
    name: "mcp-is-error",
    fits: ["mcp"],
    sides: EITHER_SIDE,
    short: "text",
    parameters: { text: text("The tool failed", "of the result") },
    meaning: "The tool's result says isError: {text}.",
  },
  { ...AFTER, name: "mcp-bad-json-rpc", meaning: "The answer is no JSON-RPC message." },
  { ...AFTER, name: "mcp-wrong-id", meaning: "The answer bears another request's id." },
  {
    ...AFTER,
    name: "mcp-protocol-mismatch",
    short: "version",
    parameters: { version: text("1999-01-01", "that is said") },
    meaning: "The server speaks version {version} of the protocol.",
  },
  {
    name: "mcp-session-expired",
    fits: ["mcp"],
    meaning: "The server no longer knows the session and answers with status 404.",
  },
  {
    name: "mcp-server-crash",
    fits: ["mcp"],
    sides: EITHER_SIDE,
    meaning: "The server dies in the middle of the call.",
  },
  {
    ...AFTER,
    name: "mcp-noise",
    short: "text",
    parameters: { text: text("DEBUG: cache warmed in 12 ms", "that is in the way") },
    meaning: "A line of the server's log stands in the way of its answer.",
  },
  {
    ...AFTER,
    name: "mcp-poisoned-description",
    short: "text",
    parameters: { text: text(INJECTED_TEXT, "put in; {marker} becomes a word of the seed"), tool },
    meaning: "A tool's description gives orders to whoever reads it.",
  },
]);
