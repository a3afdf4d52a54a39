import { once } from "node:events";
import { startCluster } from "./start-cluster.ts";

/** Starts the cluster, says where everything is, and stops it all on Ctrl-C. */
const say = (text: string) => void process.stdout.write(`${text}\n`);
const asked = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
say("Starting Postgres, Restate and three workers ...");
const cluster = await startCluster({ onLog: say });
say(`Postgres         ${cluster.postgres.url}`);
say(`Restate          ${cluster.restate.ingressUrl} (messages), ${cluster.restate.adminUrl} (workers)`);
say(`Balancer         ${cluster.balancer.url}`);
for (const { url, process: child } of cluster.workers) say(`Worker ${String(child.pid).padEnd(9)} ${url}`);
say("\nAny worker answers for any session. Try: kill -9 one of them while a run is under way.\nCtrl-C stops it all.");
await asked;
say("\nStopping: runs under way are finished first ...");
await cluster.stop();
