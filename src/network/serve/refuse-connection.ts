import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AegisError } from "../../kernel/index.ts";
import { headerList } from "../message/header-list.ts";
import { problemBytes } from "../message/problem-answer.ts";
import type { Connection } from "./connection.ts";
import type { EdgeState } from "./edge-state.ts";
import { openRecord } from "./exchange-record.ts";

export interface RefusedConnection {
  readonly request?: IncomingMessage;
  readonly error?: NodeJS.ErrnoException & { readonly rawPacket?: Buffer };
  readonly message: string;
}

const STATUS_OF: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What is no request is an exchange all the same: someone tried. */
export function refuseConnection(
  state: EdgeState,
  socket: Duplex,
  mode: Connection["mode"],
  { request, error, message }: RefusedConnection,
): void {
  const [, method = "", url = ""] = /^(\S{1,32}) (\S{1,2048})/.exec(error?.rawPacket?.toString("latin1") ?? "") ?? [];
  const record = openRecord(state, {
    mode,
    method: request?.method ?? method,
    url: request?.url ?? url,
    headers: request ? headerList(request.rawHeaders) : [],
    httpVersion: "1.1",
  });
  const failure = new AegisError("network.bad_request", message);
  const status = STATUS_OF[error?.code ?? ""] ?? 400;
  record.madeBy("policy");
  record.failed(failure);
  record.head(status, []);
  record.whole();
  socket.end(problemBytes(failure, status), () => socket.destroy());
  record.tell();
}
