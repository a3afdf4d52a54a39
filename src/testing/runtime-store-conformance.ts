import { afterEach, describe } from "vitest";
import type { Store } from "../store/index.ts";
import { describeAccess } from "./runtime-store/access.ts";
import { describeDeployment } from "./runtime-store/deployment.ts";
import { describeErasing } from "./runtime-store/erasing.ts";
import { describeListeners } from "./runtime-store/listeners.ts";
import { describeMemory } from "./runtime-store/memory.ts";
import { describeMemorySearch } from "./runtime-store/memory-search.ts";
import { describeRuns } from "./runtime-store/runs.ts";
import { describeSessions } from "./runtime-store/sessions.ts";
import type { OpenStore } from "./store-conformance.ts";

/** What every store must do for the runtime, whatever it is made of. */
export function describeRuntimeStoreConformance(
  name: string,
  openStore: OpenStore,
  /** TypeScript that opens the store at a place as `store`: for a process that is to be killed. */
  sourceOpening: (place: string) => string,
): void {
  describe(`${name} keeps the runtime's contract`, () => {
    const stores: Store[] = [];
    const openAt = async (place: string) => {
      const store = await openStore(place);
      stores.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
    });
    describeListeners(openAt);
    describeSessions(openAt);
    describeRuns(openAt);
    describeDeployment(openAt, sourceOpening);
    describeMemory(openAt);
    describeMemorySearch(openAt);
    describeErasing(openAt);
    describeAccess(openAt);
  });
}
