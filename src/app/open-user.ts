import { type JsonObject, systemClock } from "../kernel/index.ts";
import { fromAiSdkModel, sleepRealTime, withRetries } from "../model/index.ts";
import { openSimulatedUser } from "../world/users/index.ts";
import { parseSimulatedUser } from "../world/users/spec/index.ts";
import type { Config } from "./config.ts";
import type { NextMove } from "./user-line.ts";

/** A simulated user of one trial: by its script, or through the config's model. */
export function openUser(
  { simulatedUser }: Pick<Config, "simulatedUser">,
  spec: JsonObject,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): NextMove {
  const model =
    simulatedUser &&
    withRetries(fromAiSdkModel(simulatedUser.model), {
      clock: systemClock,
      random: Math.random,
      sleep: sleepRealTime,
    });
  const user = openSimulatedUser({ ...parseSimulatedUser(spec), seed, signal, ...(model && { model }) });
  return (agentSaid) => user.next(agentSaid);
}
