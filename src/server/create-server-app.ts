import { Hono } from "hono";
import type { RouteName } from "../api/index.ts";
import { answerProblem } from "./answer-problem.ts";
import { createAuthenticator } from "./auth/authenticate.ts";
import { mountChatPage } from "./chat-page/mount-chat-page.ts";
import { createMount } from "./mount-route.ts";
import { ROUTE_GROUPS } from "./mount-routes.ts";
import { refusePath } from "./refuse-path.ts";
import type { ServerDeps, ServerEnv } from "./route-context.ts";
import { type ServerAppOptions, serverDeps } from "./server-deps.ts";

export interface ServerApp {
  readonly app: Hono<ServerEnv>;
  /** Routes that have a handler. */
  readonly mounted: ReadonlySet<RouteName>;
  readonly deps: ServerDeps;
}

/** Everything the server answers, without a socket. */
export function createServerApp(options: ServerAppOptions): ServerApp {
  const deps = serverDeps(options);
  const app = new Hono<ServerEnv>();
  const authenticator = createAuthenticator(options.auth, options);
  const { mount, mounted } = createMount(app, deps, authenticator);
  for (const mountGroup of ROUTE_GROUPS) mountGroup(mount, deps);
  mountChatPage(app);
  app.notFound((c) => {
    authenticator.admit(c.env.incoming);
    const response = answerProblem(c, refusePath(c.req.method, c.req.path), deps);
    deps.metrics.countRequest("none", response.status, 0);
    return response;
  });
  app.onError((error, c) => answerProblem(c, error, deps));
  return { app, mounted, deps };
}
