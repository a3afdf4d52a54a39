// What the agents under chaos do to the outside: four tools, each one request to the ledger.
import { type DefinedTool, defineTool, type ToolCallContext } from "aegis";
import { z } from "zod";
import type { Asked, Receipt } from "./ledger.ts";
import type { LedgerTool, ToolStep } from "./plan.ts";

const input = z.object({
  marker: z.string(),
  conduct: z.enum(["plain", "slow", "drop", "refuse"]),
  edited: z.boolean().optional(),
});
export type LedgerInput = z.output<typeof input>;
export type LedgerTools = Readonly<Record<LedgerTool, DefinedTool<LedgerInput, Receipt>>>;
type Act = (given: LedgerInput, context: ToolCallContext) => Promise<Receipt>;

/** @param env of the agent: says where the ledger is */
export function ledgerActs(env: Readonly<Record<string, string>>): Readonly<Record<LedgerTool, Act>> {
  const ledgerUrl = env["CHAOS_LEDGER"] ?? "http://CHAOS_LEDGER-names-no-ledger";
  const act =
    (tool: LedgerTool, isOncePerKey = false): Act =>
    (given, context) =>
      post(ledgerUrl, { tool, given, context, isOncePerKey });
  return {
    // What may be repeated is repeated, with the same key.
    note: (given, context) => again(() => act("note", true)(given, context), context),
    pay: act("pay"),
    book: act("book"),
    wire: act("wire"),
  };
}

export function ledgerTools(env: Readonly<Record<string, string>>): LedgerTools {
  const acts = ledgerActs(env);
  const tool = (
    name: LedgerTool,
    more: Partial<
      Pick<Parameters<typeof defineTool<LedgerInput, Receipt>>[0], "idempotent" | "needsApproval" | "reconcile">
    >,
  ) =>
    defineTool<LedgerInput, Receipt>({
      name,
      description: "does it at the ledger",
      input,
      risk: "irreversible",
      execute: acts[name],
      ...more,
    });
  return {
    note: tool("note", { idempotent: true }),
    pay: tool("pay", {}),
    book: tool("book", {
      reconcile: async ({ marker }) => (await find(env["CHAOS_LEDGER"] ?? "", marker)) ?? undefined,
    }),
    wire: tool("wire", { needsApproval: true }),
  };
}

export function inputOf({ marker, conduct }: ToolStep): LedgerInput {
  return { marker, conduct };
}

async function find(ledgerUrl: string, marker: string): Promise<Receipt | null> {
  const response = await fetch(`${ledgerUrl}/effects?marker=${encodeURIComponent(marker)}`);
  return (await response.json()) as Receipt | null;
}

async function post(
  ledgerUrl: string,
  call: {
    readonly tool: LedgerTool;
    readonly given: LedgerInput;
    readonly context: ToolCallContext;
    readonly isOncePerKey: boolean;
  },
): Promise<Receipt> {
  const { tool, given, context, isOncePerKey } = call;
  const { signal, idempotencyKey: key } = context;
  const asked: Asked = { marker: given.marker, tool, key, isOncePerKey, conduct: given.conduct, arguments: given };
  const response = await fetch(`${ledgerUrl}/effects`, {
    method: "POST",
    body: JSON.stringify(asked),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new Error("no answer", { cause });
  });
  if (!response.ok) throw new Error(`refused with ${response.status}`);
  return (await response.json()) as Receipt;
}

async function again<Result>(work: () => Promise<Result>, { signal }: ToolCallContext): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 3 || signal?.aborted === true) throw error;
    }
  }
}
