import { afterAll, beforeAll } from "vitest";
import { openSqliteStore } from "../../store/adapters/sqlite/open-sqlite-store.ts";
import { describeDispatchConformance } from "../../testing/dispatch-conformance.ts";
import { type RestateServer, startRestateServer } from "../../testing/restate-server.ts";
import { openRestateDispatcher } from "./restate-dispatcher.ts";

let restate: RestateServer;
beforeAll(async () => void (restate = await startRestateServer()));
afterAll(() => restate.stop());

describeDispatchConformance("The Restate dispatcher", {
  openStore: () => openSqliteStore({ path: ":memory:" }),
  openDispatcher:
    ({ offers }) =>
    (perform) => {
      const { ingressUrl, adminUrl } = restate;
      return openRestateDispatcher({ ingressUrl, adminUrl, offers, listen: { host: "127.0.0.1", port: 0 } })(perform);
    },
});
