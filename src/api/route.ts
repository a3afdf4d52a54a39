import type { z } from "zod";
import type { AccessScope, Role } from "../domain/index.ts";

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "DELETE";

/** Who may call a route. What is somebody's own is looked at by the handler: another's answers as if it did not exist. */
export interface RouteNeeds {
  /** The least role; null for everybody, without a key. */
  readonly role: Role | null;
  /** A key or token with scopes needs all of these. */
  readonly scopes?: readonly AccessScope[];
  /** A caller of a lesser role may, too, where its key or token names this scope. */
  readonly orScope?: AccessScope;
  /** What the path names and the caller has to own, unless it is an operator. */
  readonly owns?: "session" | "run" | "user";
}

export interface RouteAnswer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless told. */
  readonly contentType?: string;
}

/** One route: the server is built from it, and the OpenAPI document. */
export interface Route {
  readonly method: HttpMethod;
  /** As Hono writes it: `/v1/runs/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly needs: RouteNeeds;
  /** Without: any query parameter is refused. */
  readonly query?: z.ZodType;
  /** Without: a body is not read. */
  readonly body?: z.ZodType;
  /** An empty body stands for `{}`. */
  readonly isBodyOptional?: boolean;
  /** The handler reads query and body by itself, in the words of the protocol it speaks. */
  readonly isForeign?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
}
