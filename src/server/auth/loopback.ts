import type { IncomingMessage } from "node:http";

/** Only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** A web page could make a browser on this machine call us, by name tricks or across origins; programs do neither. */
export function isFromHere({ headers }: IncomingMessage): boolean {
  const { host = "localhost", origin } = headers;
  return [`http://${host}`, ...(origin === undefined ? [] : [origin])].every(
    (address) => URL.canParse(address) && isLoopback(new URL(address).hostname),
  );
}
