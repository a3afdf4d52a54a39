import { defineConfig } from "aegis";

const { CLUSTER_STORE, CLUSTER_INGRESS, CLUSTER_ADMIN, CLUSTER_WORKERS, CLUSTER_PORT } = process.env;

/** The same for every worker; what differs, or is known only once the servers run, comes from `start-cluster.ts`. */
export default defineConfig({
  agents: { careful: "../support/agents/careful.ts" },
  ...(CLUSTER_STORE !== undefined && { store: CLUSTER_STORE }),
  serve: {
    grants: ["refund.request", "refund.issue"],
    ...(CLUSTER_INGRESS !== undefined && {
      restate: {
        ingressUrl: CLUSTER_INGRESS,
        ...(CLUSTER_ADMIN !== undefined && { adminUrl: CLUSTER_ADMIN }),
        ...(CLUSTER_WORKERS !== undefined && { advertisedUrl: CLUSTER_WORKERS }),
        listen: { host: "127.0.0.1", port: Number(CLUSTER_PORT ?? 0) },
      },
    }),
  },
});
