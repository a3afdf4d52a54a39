import { EITHER_SIDE, faultKinds, share, text } from "./fault-kind.ts";

const AFTER = { fits: ["model"], sides: ["after"] } as const;

export const MODEL_FAULTS = faultKinds("model", [
  {
    name: "model-overloaded",
    fits: ["model"],
    sides: EITHER_SIDE,
    meaning: "The provider says that it is overloaded, with the status it uses for that (529, or 503).",
  },
  {
    name: "context-overflow",
    fits: ["model"],
    meaning: "The provider refuses the prompt with status 400: it is longer than the model's context.",
  },
  {
    ...AFTER,
    name: "content-filter",
    short: "share",
    parameters: { share: share(0.3, "of the text that still comes") },
    meaning: "The provider's content filter stops the answer after {share} of it.",
  },
  {
    ...AFTER,
    name: "refusal",
    short: "text",
    parameters: { text: text("I'm sorry, but I can't help with that.", "of the refusal") },
    meaning: "The model refuses, and says: {text}",
  },
  {
    ...AFTER,
    name: "max-tokens-in-tool-call",
    short: "share",
    parameters: { share: share(0.5, "of the arguments that still comes") },
    meaning: "The answer ends at the limit of tokens, inside a tool call's arguments.",
  },
  { ...AFTER, name: "malformed-arguments", meaning: "A tool call's arguments are no JSON." },
  { ...AFTER, name: "empty-arguments", meaning: "A tool call has no arguments." },
  {
    ...AFTER,
    name: "unknown-tool",
    short: "tool",
    parameters: { tool: text("", "that is asked for; the true name with a suffix where none is given") },
    meaning: "The model calls a tool that does not exist.",
  },
  { ...AFTER, name: "duplicate-tool-call-id", meaning: "The model makes the same tool call twice, under one id." },
  { ...AFTER, name: "empty-content", meaning: "The model answers with nothing at all." },
  {
    ...AFTER,
    name: "model-changed",
    short: "model",
    parameters: { model: text("", "that answers; the true one with another date where none is given") },
    meaning: "Another version of the model answers than was asked.",
  },
  { ...AFTER, name: "usage-missing", meaning: "The answer does not say how many tokens it took." },
]);
