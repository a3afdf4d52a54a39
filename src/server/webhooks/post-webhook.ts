import { lookup as lookupAll, type LookupAddress } from "node:dns";
import { type ClientRequestArgs, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { AegisError } from "../../kernel/index.ts";
import { isPublicAddress } from "../../network/address/index.ts";

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Sends one message. A redirect is an answer like any other: it is not followed. */
export type PostWebhook = (post: WebhookPost) => Promise<WebhookAnswer>;

type Lookup = NonNullable<ClientRequestArgs["lookup"]>;

/**
 * Posts over HTTP or HTTPS. Addresses are checked as they come out of the name's resolution, by the very connection that
 * uses them: a name that changes its mind in between gains nothing.
 * @param options.allowsPrivate also addresses of this machine and its network, for development or where the operator says so
 * @throws {AegisError} "webhook.forbidden_target" from the function, for an address that is not allowed
 */
export function createWebhookPost(options: { readonly allowsPrivate: boolean }): PostWebhook {
  const lookup = options.allowsPrivate ? undefined : publicLookup;
  return ({ url, headers, body, signal }) => {
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, "");
    // An address needs no lookup, so that it is looked at here.
    if (!options.allowsPrivate && isIP(host) !== 0 && !isPublicAddress(host)) return Promise.reject(forbidden(host));
    const send = target.protocol === "https:" ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const request = send(
        target,
        {
          method: "POST",
          headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
          signal,
          agent: false,
          ...(lookup && { lookup }),
        },
        (response) => {
          discard(response);
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] });
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  };
}

/** What it says beside the status is nobody's concern, and could be endless. */
function discard(response: IncomingMessage): void {
  let bytes = 0;
  response.on("error", () => undefined);
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES_MAX) response.destroy();
  });
}

const DISCARDED_BYTES_MAX = 64 * 1024;

const publicLookup: Lookup = (hostname, options, callback) => {
  lookupAll(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (first === undefined) return callback(forbidden(hostname), []);
    if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

function forbidden(host: string): AegisError {
  return new AegisError("webhook.forbidden_target", `${host.slice(0, 200)} is no public address`);
}
