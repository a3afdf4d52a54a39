import type { TrialWorld, WorldRequest } from "aegis";
import type { ShopSetup } from "./shop/shop-state.ts";
import shopWorld from "./world.ts";

const DAY_MS = 86_400_000;

/**
 * The shop for `aegis serve`: beside the fixtures, what the user of this machine bought lately. Try "I want a refund for
 * W2001" (a person has to approve it) and "refund W2002, please".
 */
export default function serveWorld(request: WorldRequest): Promise<TrialWorld> {
  const nowMs = Date.now();
  const at = (days: number) => new Date(nowMs - days * DAY_MS).toISOString();
  const bought = (id: string, name: string, priceCents: number) => ({
    orders: {
      id,
      customerId: "local",
      status: "delivered",
      placedAt: at(9),
      deliveredAt: at(3),
      items: [{ name, quantity: 1, priceCents }],
      totalCents: priceCents,
      refunds: [],
    },
    billing: { orderId: id, charges: [{ id: `ch_${id}`, amountCents: priceCents, at: at(9) }] },
  });
  const [machine, lamp] = [bought("W2001", "Espresso machine", 24_900), bought("W2002", "Reading lamp", 5_990)];
  const local = {
    id: "local",
    name: "You",
    email: "you@example.com",
    tier: "gold",
    since: "2020-01-01",
    internalNote: "Tries the shop out.",
    cardFingerprint: "fp_local",
  };
  const shop: ShopSetup = {
    customers: { local },
    orders: { W2001: machine.orders, W2002: lamp.orders },
    billing: { W2001: machine.billing, W2002: lamp.billing },
  };
  return Promise.resolve(shopWorld({ ...request, state: { ...request.state, shop: shop as never } }));
}
