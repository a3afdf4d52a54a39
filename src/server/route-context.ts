import type { z } from "zod";
import type { Route, RouteName, ROUTES } from "../api/index.ts";
import type { Principal, RunRecord, Session } from "../domain/index.ts";
import type { Clock, Id } from "../kernel/index.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { ServerContext, ServerEnv } from "./server-context.ts";
import type { ServedParts } from "./served-parts.ts";
import type { ServerLimits } from "./server-limits.ts";
import type { SessionCounts } from "./session-count.ts";
import type { OpenStreams, StreamOptions, StreamWriter } from "./open-streams.ts";

export type { ServerContext, ServerEnv };

/** What every group of routes gets to work with. */
export interface ServerDeps extends ServedParts {
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  /** Bytes nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits: ServerLimits;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly sessionCounts: SessionCounts;
  /**
   * The session, where the caller may see it: its owner, or an operator.
   * @throws {AegisError} "session.not_found" otherwise, whether or not it exists
   */
  ownSession(principal: Principal, id: string): Promise<Session>;
  /** As `ownSession`. @throws {AegisError} "run.not_found" */
  ownRun(principal: Principal, id: string): Promise<RunRecord>;
  /** The user's id, `me` made plain. @throws {AegisError} "user.not_found" for somebody else's, unless for an operator */
  ownUser(principal: Principal, userId: string): string;
  /**
   * Answers with a body that is written as it comes about, with backpressure: `await` what `write` returns where it
   * returns something. The reader's going (or a stall, or the server's end) aborts `stream.signal`; a throw of `produce`
   * before anything was written becomes a problem answer, later it cuts the connection, so that the reader resumes.
   * @throws {AegisError} "runtime.overloaded" when too many streams are open
   */
  stream(c: ServerContext, options: StreamOptions, produce: (stream: StreamWriter) => Promise<void>): Promise<Response>;
}

/** What a handler gets beside Hono's context; all of it checked against the route's entry in `ROUTES`. */
export interface Asked<Name extends RouteName = RouteName> {
  readonly principal: Principal;
  readonly params: Readonly<Record<ParamName<(typeof ROUTES)[Name]["path"]>, string>>;
  readonly query: OutputOf<(typeof ROUTES)[Name], "query">;
  readonly body: OutputOf<(typeof ROUTES)[Name], "body">;
  /** The whole body as text, within the size limit: for `isForeign` routes, which parse it by themselves. */
  readonly text: () => Promise<string>;
  /** The whole body as it came, within `bytesMax`: likewise. */
  readonly bytes: (bytesMax: number) => Promise<Uint8Array>;
}

export type Handle<Name extends RouteName> = (c: ServerContext, asked: Asked<Name>) => Response | Promise<Response>;

/** Ties a handler to its route; the caller has been authenticated and authorised before it runs. */
export type Mount = <Name extends RouteName>(name: Name, handle: Handle<Name>) => void;

/** A group of routes: `mount-routes.ts` calls them all. */
export type MountGroup = (mount: Mount, deps: ServerDeps) => void;

type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type OutputOf<Each extends Route, Part extends "query" | "body"> = Each extends { readonly [Key in Part]: infer Schema }
  ? Schema extends z.ZodType
    ? z.output<Schema>
    : undefined
  : undefined;
