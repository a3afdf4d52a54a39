import { createHmac } from "node:crypto";

export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

const SECRET_PREFIX = "whsec_";

/** The headers of the Standard Webhooks specification: receivers check them with any of its libraries. */
export function webhookHeaders(message: SignedMessage, secret: string): Readonly<Record<string, string>> {
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(message.timestamp),
    "webhook-signature": `v1,${signatureOf(message, secret)}`,
  };
}

function signatureOf({ id, timestamp, body }: SignedMessage, secret: string): string {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
  const key = Buffer.from(encoded, "base64");
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
}
