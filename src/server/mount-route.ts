import type { Hono } from "hono";
import type { z } from "zod";
import { type Route, type RouteName, ROUTES } from "../api/index.ts";
import type { Principal } from "../domain/index.ts";
import { AegisError, explainIssues, invariant } from "../kernel/index.ts";
import { answerProblem } from "./answer-problem.ts";
import type { Authenticator } from "./auth/authenticate.ts";
import { authorise } from "./auth/authorise.ts";
import { expectJson, parseBody, readBody, readBytes } from "./read-body.ts";
import type { Asked, Handle, Mount, ServerContext, ServerDeps, ServerEnv } from "./route-context.ts";

const NOBODY: Principal = { userId: "", role: "user", scopes: [], name: "nobody" };

/** Ties handlers to the routes of `ROUTES`: who calls, may they, is what they send in order, and how it is counted. */
export function createMount(
  app: Hono<ServerEnv>,
  deps: ServerDeps,
  authenticator: Authenticator,
): { readonly mount: Mount; readonly mounted: ReadonlySet<RouteName> } {
  const mounted = new Set<RouteName>();
  const heads = new Map<string, (c: ServerContext) => Promise<Response>>();
  const mount: Mount = (name, handle) => {
    invariant(!mounted.has(name), `${name} is mounted once`);
    mounted.add(name);
    const route: Route = ROUTES[name];
    const answer = createAnswer(name, handle, deps, authenticator);
    // Hono hands HEAD to the handlers of GET, and takes the body away.
    if (route.method === "HEAD") heads.set(route.path, answer);
    else if (route.method === "GET") {
      app.get(route.path, (c) => ((c.req.method === "HEAD" && heads.get(route.path)) || answer)(c));
    } else app.on(route.method, route.path, answer);
  };
  return { mount, mounted };
}

function createAnswer<Name extends RouteName>(
  name: Name,
  handle: Handle<Name>,
  deps: ServerDeps,
  authenticator: Authenticator,
): (c: ServerContext) => Promise<Response> {
  const route: Route = ROUTES[name];
  const { metrics, clock, limits, streams } = deps;
  const label = `${route.method} ${route.path}`;
  return async (c) => {
    const startedMs = clock.monotonicMs();
    metrics.inFlight += 1;
    let response: Response;
    try {
      authenticator.admit(c.env.incoming);
      if (route.needs.role !== null && metrics.inFlight - streams.waitingCount > limits.requestsInFlightMax) {
        throw overloaded(limits.requestsInFlightMax);
      }
      const principal = route.needs.role === null ? NOBODY : await authenticator.identify(c.env.incoming);
      authorise(principal, route.needs);
      response = await handle(c, await readAsked<Name>(c, route, principal, limits.requestBodyBytesMax));
    } catch (error) {
      response = answerProblem(c, error, deps);
    } finally {
      metrics.inFlight -= 1;
    }
    metrics.countRequest(label, response.status, clock.monotonicMs() - startedMs);
    return response;
  };
}

async function readAsked<Name extends RouteName>(
  c: ServerContext,
  route: Route,
  principal: Principal,
  bytesMax: number,
): Promise<Asked<Name>> {
  const text = () => readBody(c.env.incoming, bytesMax);
  const asked = {
    principal,
    params: c.req.param(),
    query: route.isForeign ? undefined : readQuery(c, route),
    body: route.body && parse(route.body, await readJson(c, route, text), "body"),
    text,
    bytes: (most: number) => readBytes(c.env.incoming, most),
  };
  // What the schemas of this very route gave is what its handler expects.
  return asked as unknown as Asked<Name>;
}

function readQuery(c: ServerContext, route: Route): unknown {
  const hasQuery = c.req.url.includes("?");
  if (!hasQuery && !route.query) return undefined;
  const query = hasQuery ? c.req.query() : {};
  if (route.query) return parse(route.query, query, "query");
  const [unknown] = Object.keys(query);
  if (unknown === undefined) return undefined;
  throw new AegisError("request.invalid", `query: there is no parameter ${JSON.stringify(unknown)} here`);
}

async function readJson(c: ServerContext, route: Route, readText: () => Promise<string>): Promise<unknown> {
  const text = await readText();
  if (text === "" && route.isBodyOptional) return {};
  expectJson(c.env.incoming);
  return parseBody(text);
}

function parse(schema: z.ZodType, value: unknown, where: "body" | "query"): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const explained = explainIssues({ schema, value, issues: result.error.issues });
  const separator = explained.text.startsWith(explained.message) ? ": " : ".";
  throw new AegisError("request.invalid", `${where}${separator}${explained.text}`, {
    details: { at: [where, ...explained.path.map(String)].join(".") },
  });
}

function overloaded(requestsInFlightMax: number): AegisError {
  return new AegisError("runtime.overloaded", "Too many requests are being answered", {
    details: { requestsInFlightMax },
  });
}
