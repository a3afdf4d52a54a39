import type { Store } from "../../store/index.ts";

/** Whether the smallest question the store can be asked is answered within the time. */
export async function storeAnswers(store: Store, withinMs: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), withinMs);
  const asked = store.listWorkers().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
