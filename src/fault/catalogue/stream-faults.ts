import { faultKinds, ON_THE_WIRE, share, text, wait } from "./fault-kind.ts";

const AFTER = { fits: ON_THE_WIRE, sides: ["after"] } as const;
const CUT = { short: "share", parameters: { share: share(0.5, "of the stream that comes before") } } as const;

export const STREAM_FAULTS = faultKinds("stream", [
  {
    ...AFTER,
    ...CUT,
    name: "cut-mid-event",
    meaning: "The stream breaks off inside an event, after about {share} of it.",
  },
  {
    ...AFTER,
    ...CUT,
    name: "cut-mid-utf8",
    meaning: "The stream breaks off inside a character's bytes, after about {share} of it.",
  },
  {
    ...AFTER,
    ...CUT,
    name: "cut-mid-token",
    meaning: "The stream ends orderly between two events in mid-sentence, after about {share} of it.",
  },
  { ...AFTER, name: "no-terminator", meaning: "The stream ends without the event that says it is over." },
  {
    ...AFTER,
    name: "error-event",
    short: "share",
    parameters: { ...CUT.parameters, message: text("Overloaded", "of the error") },
    meaning: "After about {share} of the stream an event tells of an error: {message}.",
  },
  {
    ...AFTER,
    ...CUT,
    name: "duplicate-event",
    meaning: "One event of the stream, after about {share} of it, comes twice.",
  },
  {
    ...AFTER,
    ...CUT,
    name: "reorder-events",
    meaning: "Two events of the stream, after about {share} of it, change places.",
  },
  {
    ...AFTER,
    name: "pings-only",
    short: "everyMs",
    parameters: { everyMs: wait(1_000, "between two signs of life") },
    meaning: "The stream gives signs of life every {everyMs}, and nothing else.",
  },
]);
