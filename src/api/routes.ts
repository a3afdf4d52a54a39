import { ADMIN_ROUTES } from "./admin-routes.ts";
import { COMPATIBLE_ROUTES } from "./compatible-routes.ts";
import { MEMORY_ROUTES } from "./memory-routes.ts";
import { PROBE_ROUTES } from "./probe-routes.ts";
import { RUN_ROUTES } from "./run-routes.ts";
import { SESSION_ROUTES } from "./session-routes.ts";
import { TRACE_ROUTES } from "./trace-routes.ts";

/** Every route of the server, by the name its handler is mounted under. */
export const ROUTES = {
  ...SESSION_ROUTES,
  ...RUN_ROUTES,
  ...MEMORY_ROUTES,
  ...ADMIN_ROUTES,
  ...COMPATIBLE_ROUTES,
  ...TRACE_ROUTES,
  ...PROBE_ROUTES,
};

export type RouteName = keyof typeof ROUTES;
