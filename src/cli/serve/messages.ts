/** What a serving process tells the one that keeps it alive. */
export type FromServer = { readonly kind: "ready"; readonly url: string; readonly agents: readonly string[] };

/** What it is told: to finish what it has and go. `isHandover`: another process takes what comes. */
export type ToServer = { readonly kind: "drain"; readonly isHandover: boolean };

/** How much longer than its runs a process that hands over stays, for clients that keep connections to it. */
export const LINGER_MS = 32_000;
