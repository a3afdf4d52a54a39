import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { CertificateFlaw } from "../authority/open-authority.ts";
import type { Headers } from "../exchange.ts";
import type { Route } from "../message/request-target.ts";

export interface Connect {
  /** As in the request line. */
  readonly authority: string;
  readonly headers: Headers;
  readonly socket: Socket;
  readonly early: Buffer;
  /** Serves the requests inside, as it serves plain ones. */
  readonly server: Server;
}

export interface Tunnel extends Connect {
  readonly route: Route;
  readonly flaw: CertificateFlaw | undefined;
}
