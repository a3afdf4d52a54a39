/** What a serving process tells the one that keeps it alive. */
export type FromServer = { readonly kind: "ready"; readonly url: string; readonly agents: readonly string[] };

/** What it is told: to hand over and go. */
export type ToServer = { readonly kind: "drain" };
