import { AegisError, type Json, seededRandom, suggestName } from "../../kernel/index.ts";
import type { Fault, FaultSchedule } from "../fault.ts";
import { checkFault } from "../parse-faults.ts";
import { INCIDENT_MINUTES_PER_SECOND, MEASURED, TOOL_ERROR_RATE } from "./measured-rates.ts";

/** A named list of faults: one bad day of production. */
export interface FaultProfile {
  readonly name: string;
  readonly about: string;
}

interface ProfileRecipe {
  readonly about: string;
  readonly faults: (draw: Draw) => readonly Fault[];
}

/** Seeded choices of one profile. */
interface Draw {
  /** A whole number, both ends included. */
  readonly between: (least: number, most: number) => number;
  readonly oneOf: <Value>(values: readonly [Value, ...Value[]]) => Value;
}

export function listProfiles(): FaultProfile[] {
  return Object.entries(PROFILES).map(([name, { about }]) => ({ name, about }));
}

/**
 * The faults of a profile.
 * @param options.seed chooses what varies from trial to trial: which calls, how long, which form
 * @throws {AegisError} "fault.unknown", naming the nearest profile
 */
export function profileFaults(name: string, { seed }: { readonly seed: number }): Fault[] {
  const recipe = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (!recipe) {
    const hint = suggestName(name, Object.keys(PROFILES));
    throw new AegisError("fault.unknown", `There is no profile of faults "${name}"${hint}`, { details: { name } });
  }
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const oneOf = <Value>(values: readonly [Value, ...Value[]]) => values[between(0, values.length - 1)] ?? values[0];
  return [...recipe.faults({ between, oneOf })];
}

/** Tools, wherever they run. */
const TOOLS = ["tool *", "mcp *", "http *"] as const;

const PROFILES: Readonly<Record<string, ProfileRecipe>> = {
  "flaky-api": {
    about:
      "Calls of tools fail now and then at the rate measured in recorded runs (5.3 %), and once a few times in a row.",
    faults: ({ between }) =>
      TOOLS.flatMap((on) => [
        fault(on, { burst: { from: between(2, 6), count: between(1, 2) } }, "unavailable"),
        ...["server-error", "bad-gateway", "reset-before-headers", "gateway-timeout"].map((kind) =>
          fault(on, { probability: TOOL_ERROR_RATE / 4 }, kind),
        ),
      ]),
  },
  "slow-tools": {
    about:
      "Tools answer as late as models did in recorded runs: half within 1.5 s, 95 % within 3.6 s, a few far later.",
    faults: () =>
      TOOLS.flatMap((on) => [
        fault(on, { probability: 0.01 }, "latency", { delayMs: MEASURED.turnLatencyMs.slowest.p95 }),
        fault(on, {}, "latency-lognormal", {
          medianMs: MEASURED.turnLatencyMs.median.p50,
          p95Ms: MEASURED.turnLatencyMs.median.p95,
          maxMs: MEASURED.turnLatencyMs.slowest.p95,
        }),
      ]),
  },
  "rate-limited": {
    about:
      "Some calls in a row, of the model and of tools, are over the limit; Retry-After comes in each of its forms.",
    faults: ({ between, oneOf }) =>
      ["model", ...TOOLS].map((on) =>
        fault(on, { burst: { from: between(1, 3), count: between(1, 3) } }, "rate-limit", {
          retryAfterMs: between(1, 3) * 1_000,
          retryAfterForm: oneOf(["seconds", "seconds", "date", "absent"]),
        }),
      ),
  },
  "token-expiry": {
    about: "The access token of the services that tools call expires in mid-run; a refresh works.",
    faults: ({ between }) =>
      TOOLS.map((on) => fault(on, { call: between(2, 4) }, "token-expired", { refresh: "works" })),
  },
  "provider-incident": {
    about:
      "The model's provider has an incident as long as one of its real ones, one second for five minutes: most calls fail, the rest are slow.",
    faults: ({ between, oneOf }) => {
      const { openai, anthropic } = MEASURED.incidentMinutes;
      const minutes = oneOf([openai.p50, openai.p75, openai.p90, anthropic.p50, anthropic.p75, anthropic.p90]);
      const fromMs = between(0, 5) * 1_000;
      const window = { fromMs, toMs: fromMs + Math.round((minutes / INCIDENT_MINUTES_PER_SECOND) * 1_000) };
      return [
        fault("model", { window, probability: 0.5 }, "model-overloaded"),
        fault("model", { window, probability: 0.2 }, "server-error"),
        fault("model", { window }, "latency", { delayMs: MEASURED.turnLatencyMs.slowest.p50 }),
      ];
    },
  },
  "stale-data": {
    about: "Three of ten answers of tools are snapshots that are hours to days old.",
    faults: ({ oneOf }) =>
      TOOLS.map((on) =>
        fault(on, { probability: 0.3 }, "stale", { byMs: oneOf([6 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS]) }),
      ),
  },
  "partial-data": {
    about: "Three of ten answers of tools hold only a part of their entries, and some come empty.",
    faults: ({ oneOf }) =>
      TOOLS.flatMap((on) => [
        fault(on, { probability: 0.05 }, "empty"),
        fault(on, { probability: 0.25 }, "partial", { share: oneOf([0.4, 0.6, 0.8]) }),
      ]),
  },
  "prompt-injection": {
    about:
      "One early answer of a tool gives orders to the agent; the word it asks for shows whether they were followed.",
    faults: ({ between }) => TOOLS.map((on) => fault(on, { call: between(1, 3) }, "injected-prompt")),
  },
};

const HOUR_MS = 3_600_000;

function fault(on: string, when: FaultSchedule, kind: string, parameters: Readonly<Record<string, Json>> = {}): Fault {
  return checkFault({ on, when, do: { kind, parameters } });
}
