import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

export type ServerEnv = { Bindings: HttpBindings };

/** Hono's, with the request and response of Node in `env`. */
export type ServerContext = Context<ServerEnv>;
