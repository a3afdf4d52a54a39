import { mountChatRoutes } from "./chat-stream/chat-routes.ts";
import { mountModelRoutes } from "./responses/model-routes.ts";
import { mountResponseRoutes } from "./responses/response-routes.ts";
import type { MountGroup } from "./route-context.ts";
import { mountAdminRoutes } from "./routes/admin.ts";
import { mountMemoryRoutes } from "./routes/memory.ts";
import { mountProbeRoutes } from "./routes/probes.ts";
import { mountRunRoutes } from "./routes/runs.ts";
import { mountSessionRoutes } from "./routes/sessions.ts";
import { mountTraceRoutes } from "./routes/traces.ts";
import { mountUserRoutes } from "./routes/users.ts";

/** Every group of routes. A new protocol is a folder beside this file, and one line here. */
export const ROUTE_GROUPS: readonly MountGroup[] = [
  mountSessionRoutes,
  mountRunRoutes,
  mountMemoryRoutes,
  mountUserRoutes,
  mountTraceRoutes,
  mountAdminRoutes,
  mountProbeRoutes,
  mountResponseRoutes,
  mountModelRoutes,
  mountChatRoutes,
];
