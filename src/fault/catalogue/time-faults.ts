import { ANYWHERE, count, EITHER_SIDE, faultKinds, share, wait } from "./fault-kind.ts";
import { durationSchema } from "../duration.ts";

const YEAR_MS = 366 * 86_400_000;

export const TIME_FAULTS = faultKinds("time", [
  {
    name: "latency",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "delayMs",
    parameters: { delayMs: wait(1_000, "that is added") },
    meaning: "The answer comes {delayMs} later.",
  },
  {
    name: "latency-lognormal",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "medianMs",
    parameters: {
      medianMs: wait(800, "that half of the calls stay below"),
      p95Ms: wait(4_000, "that 95 % of the calls stay below"),
      maxMs: wait(60_000, "that no call exceeds"),
    },
    meaning: "The answer comes later by a lognormal time, half of the calls below {medianMs}, 95 % below {p95Ms}.",
  },
  {
    name: "latency-spike",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "delayMs",
    parameters: {
      delayMs: wait(10_000, "that a spike adds"),
      baseMs: wait(200, "that every other call gets"),
      spikeShare: share(0.1, "of the calls that are spikes"),
    },
    meaning: "The answer comes {baseMs} later, in {spikeShare} of the calls {delayMs}.",
  },
  {
    name: "timeout",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "afterMs",
    parameters: { afterMs: wait(5_000, "until the call fails") },
    meaning: "No answer comes, and the call fails after {afterMs}.",
  },
  {
    name: "stall-first-byte",
    fits: ANYWHERE,
    sides: ["after"],
    short: "delayMs",
    parameters: { delayMs: wait(5_000, "between the head and the first byte") },
    meaning: "The answer begins, but its first byte comes {delayMs} later.",
  },
  { name: "hang", fits: ANYWHERE, sides: EITHER_SIDE, meaning: "No answer ever comes, and the connection stays open." },
  {
    name: "bandwidth",
    fits: ANYWHERE,
    sides: ["after"],
    short: "bytesPerSecond",
    parameters: { bytesPerSecond: count(10_000, "of the answer's body", 1_000_000_000) },
    meaning: "The answer comes with {bytesPerSecond} bytes a second.",
  },
  {
    name: "drip",
    fits: ANYWHERE,
    sides: ["after"],
    short: "everyMs",
    parameters: { everyMs: wait(50, "between two pieces"), pieceBytes: count(16, "of one piece") },
    meaning: "The answer drips in, {pieceBytes} bytes every {everyMs}.",
  },
  {
    name: "clock-skew",
    fits: ["tool", "http", "mcp"],
    sides: ["after"],
    short: "byMs",
    parameters: {
      byMs: durationSchema({ min: -10 * YEAR_MS, max: 10 * YEAR_MS })
        .default(3_600_000)
        .describe("ahead of the true time; behind it where negative"),
    },
    meaning: "The clock of the other side is off by {byMs}, and so are the times it tells.",
  },
]);
