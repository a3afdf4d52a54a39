export { type AuthOptions } from "./auth/authenticate.ts";
export type { JwtOptions } from "./auth/json-web-token.ts";
export { createServerApp, type ServerApp, type ServerAppOptions } from "./create-server-app.ts";
export { issueApiKey } from "./issue-api-key.ts";
export type { Log, LogLine } from "./log.ts";
export { type HttpServer, serveHttp, type ServeHttpOptions } from "./serve-http.ts";
export type { ServerLimits } from "./server-limits.ts";
export { createWebhookPost } from "./webhooks/post-webhook.ts";
export { openWebhookSender, type WebhookSender } from "./webhooks/webhook-sender.ts";
