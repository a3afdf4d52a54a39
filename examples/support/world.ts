import type { TrialWorld, WorldRequest } from "aegis";
import { startShop } from "./shop/start-shop.ts";
import type { ShopSetup } from "./shop/shop-state.ts";

/** A fresh shop for every trial: the case's `world.state.shop` over the base fixtures, its clock, its seed. */
export default async function shopWorld({ state, clock, seed }: WorldRequest): Promise<TrialWorld> {
  const nowMs = clock === undefined ? undefined : Date.parse(clock);
  const shop = await startShop({
    state: (state["shop"] ?? {}) as ShopSetup,
    seed,
    ...(nowMs !== undefined && { clock: { nowMs: () => nowMs } }),
  });
  return {
    env: { SHOP_URL: shop.url },
    state: () => structuredClone(shop.state()) as unknown as ReturnType<NonNullable<TrialWorld["state"]>>,
    close: () => shop.close(),
  };
}
