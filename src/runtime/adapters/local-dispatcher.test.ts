import { systemClock } from "../../kernel/index.ts";
import { openSqliteStore } from "../../store/adapters/sqlite/open-sqlite-store.ts";
import { describeDispatchConformance } from "../../testing/dispatch-conformance.ts";
import { localDispatcher } from "./local-dispatcher.ts";

describeDispatchConformance("The local dispatcher", {
  openStore: () => openSqliteStore({ path: ":memory:" }),
  openDispatcher: (worker) => localDispatcher({ ...worker, clock: systemClock }),
});
