import { afterEach, describe } from "vitest";
import type { Store } from "../store/index.ts";
import type { OpenStore } from "./store-conformance.ts";
import { describeErasingTraces } from "./trace-store/erasing.ts";
import { describeFeedback } from "./trace-store/feedback.ts";
import { describeTraceLists } from "./trace-store/lists.ts";
import { describeTraceSearch } from "./trace-store/search.ts";
import { describeSettling } from "./trace-store/settling.ts";
import { describeSpans } from "./trace-store/spans.ts";
import { describeUnsettledLogs } from "./trace-store/unsettled-logs.ts";

/** What every store must do with traces, whatever it is made of. */
export function describeTraceStoreConformance(name: string, openStore: OpenStore): void {
  describe(`${name} keeps the contract of traces`, () => {
    const stores: Store[] = [];
    const openAt = async (place: string) => {
      const store = await openStore(place);
      stores.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
    });
    describeSpans(openAt);
    describeSettling(openAt);
    describeTraceLists(openAt);
    describeTraceSearch(openAt);
    describeFeedback(openAt);
    describeUnsettledLogs(openAt);
    describeErasingTraces(openAt);
  });
}
