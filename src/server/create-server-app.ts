import { Hono } from "hono";
import { type HttpMethod, type RouteName, ROUTES } from "../api/index.ts";
import { AegisError, type Clock, type Id } from "../kernel/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import { answerProblem } from "./answer-problem.ts";
import { type AuthOptions, createAuthenticator } from "./auth/authenticate.ts";
import { mountChatPage } from "./chat-page/mount-chat-page.ts";
import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { createMount } from "./mount-route.ts";
import { ROUTE_GROUPS } from "./mount-routes.ts";
import { openStreams } from "./open-streams.ts";
import { ownThings } from "./own-things.ts";
import type { ServerDeps, ServerEnv } from "./route-context.ts";
import { serverLimits, type ServerLimits } from "./server-limits.ts";

export interface ServerAppOptions {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Null: nobody is asked who they are, and only this machine may call. */
  readonly auth: AuthOptions | null;
  readonly limits?: Partial<ServerLimits>;
  readonly log?: Log;
}

export interface ServerApp {
  readonly app: Hono<ServerEnv>;
  /** Routes that have a handler. */
  readonly mounted: ReadonlySet<RouteName>;
  readonly deps: ServerDeps;
}

/** Everything the server answers, without a socket. */
export function createServerApp(options: ServerAppOptions): ServerApp {
  const { runtime, store, clock, makeId, randomBytes, auth, log = () => undefined } = options;
  const limits = serverLimits(options.limits);
  const streams = openStreams(limits);
  const deps: ServerDeps = {
    runtime,
    store,
    clock,
    makeId,
    randomBytes,
    limits,
    log,
    metrics: new Metrics(),
    streams,
    ...ownThings(runtime),
    stream: (c, streamOptions, produce) =>
      streams.serve(c, streamOptions, produce, (error) => {
        log({ level: "error", message: "A stream was cut", details: { path: c.req.path }, error });
      }),
  };
  const app = new Hono<ServerEnv>();
  const authenticator = createAuthenticator(auth, { store, clock });
  const { mount, mounted } = createMount(app, deps, authenticator);
  for (const mountGroup of ROUTE_GROUPS) mountGroup(mount, deps);
  mountChatPage(app);
  app.notFound((c) => {
    deps.metrics.countRequest("none", 404, 0);
    return answerProblem(c, refusalOf(authenticator.admit.bind(null, c.env.incoming), c.req.method, c.req.path), deps);
  });
  app.onError((error, c) => answerProblem(c, error, deps));
  return { app, mounted, deps };
}

const PATTERNS = Object.values(ROUTES).map(({ method, path }) => ({
  method: method satisfies HttpMethod,
  pattern: new RegExp(`^${path.replaceAll(".", "[.]").replaceAll(/:[A-Za-z]+/g, "[^/]+")}$`),
}));

/** What to say where no handler is: another method would do, or there is no such path. */
function refusalOf(admit: () => void, method: string, path: string): unknown {
  try {
    admit();
  } catch (error) {
    return error;
  }
  const known = PATTERNS.filter(({ pattern }) => pattern.test(path)).map((each) => each.method);
  if (known.length === 0) return new AegisError("request.bad_path", "There is nothing at this path");
  const allow = [...new Set(known.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each])))].join(", ");
  return new AegisError("request.bad_method", `${method} is not taken here`, { details: { allow } });
}
