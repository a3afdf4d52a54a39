import { openApiDocument } from "../../api/index.ts";
import type { MountGroup, ServerDeps } from "../route-context.ts";

export const mountProbeRoutes: MountGroup = (mount, deps) => {
  let document: string | undefined;
  mount("openapi.read", (c) => {
    document ??= JSON.stringify(openApiDocument());
    return c.body(document, 200, { "content-type": "application/json" });
  });
  mount("health.read", (c) => c.json({ status: "ok" }));
  mount("ready.read", async (c) => {
    const { isDraining, activeCount: activeRuns } = deps.runtime;
    const store = await probeStore(deps);
    const isReady = !isDraining && store === "ok";
    return c.json({ isReady, isDraining, store, activeRuns }, isReady ? 200 : 503);
  });
};

const PROBE_MS = 2_000;

/** The smallest question the store can be asked. */
async function probeStore({ store, log }: ServerDeps): Promise<"ok" | "unavailable"> {
  const late = Promise.withResolvers<"unavailable">();
  const timer = setTimeout(() => late.resolve("unavailable"), PROBE_MS);
  const asked = store.listWorkers().then(
    () => "ok" as const,
    (error: unknown) => {
      log({ level: "warning", message: "The store does not answer", error });
      return "unavailable" as const;
    },
  );
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
