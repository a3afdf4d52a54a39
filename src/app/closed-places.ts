import { mkdirSync } from "node:fs";
import type { SandboxProvider } from "../sandbox/index.ts";
import { compiledCode } from "./compiled-code.ts";
import type { PlaceTrial, TrialPlace } from "./perform-in-sandbox.ts";
import { trialMounts, type TrialPlaces } from "./trial-mounts.ts";

export interface ClosedPlacesOptions extends Omit<TrialPlaces, "target"> {
  readonly provider: SandboxProvider;
  /** Where what Node compiled is kept: in the project's `.aegis`. */
  readonly folder: string;
  readonly onProgress?: (message: string) => void;
}

export interface ClosedPlaces {
  readonly place: PlaceTrial;
  /** The next trial looks at the files anew. */
  readonly forget: () => void;
}

/** At levels that hide all but what is mounted: one look at the files, and one compilation, for each agent. */
export function closedPlaces({ provider, folder, onProgress, ...files }: ClosedPlacesOptions): ClosedPlaces {
  // What is not there cannot be hidden from trials, and would be seen once it is.
  mkdirSync(folder, { recursive: true });
  const places = new Map<string, Promise<TrialPlace>>();
  const open: PlaceTrial = async ({ target }, { env, signal }) => {
    const mounts = trialMounts({ ...files, target });
    const told = onProgress && { onProgress };
    const compileCache = await compiledCode({ provider, mounts, file: target.file, folder, env, signal, ...told });
    return compileCache === undefined ? { mounts } : { compileCache, mounts: [...mounts, { path: compileCache }] };
  };
  return {
    place: (job, trial) => {
      const { file } = job.target;
      const known = places.get(file);
      if (known) return known;
      const opening = open(job, trial);
      places.set(file, opening);
      const drop = () => {
        if (places.get(file) === opening) places.delete(file);
      };
      // What was broken off, or failed, says nothing of the next trial.
      opening.then(() => trial.signal.aborted && drop(), drop);
      return opening;
    },
    forget: () => places.clear(),
  };
}
