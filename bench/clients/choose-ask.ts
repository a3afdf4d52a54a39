import type { Random } from "../../src/kernel/index.ts";

export interface Ask {
  readonly message: string;
  readonly customerId: string;
}

/** Of the example's own shop: look-ups, a refund, one that needs approval, a case handed over. */
const ASKS: readonly Ask[] = [
  { customerId: "C-2007", message: "Where is my order W1280?" },
  { customerId: "C-2001", message: "I want my money back for W1234, please." },
  { customerId: "C-2005", message: "Please refund W1270, it does not work." },
  { customerId: "C-2010", message: "I want a refund for W1310." },
  { customerId: "C-2009", message: "Please refund W1300 – it arrived brøken 😢" },
  { customerId: "C-2001", message: "Please refund W1335." },
  { customerId: "C-2004", message: "Where is my refund for W1262?" },
  { customerId: "C-2006", message: "Who pays for the return label?" },
  { customerId: "C-2002", message: "I want to talk to a human about W1240." },
];

export function chooseAsk(random: Random): Ask {
  return ASKS[Math.floor(random() * ASKS.length)] ?? { customerId: "C-2007", message: "Where is my order W1280?" };
}
