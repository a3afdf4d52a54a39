/**
 * Works through a list with at most `width` items under way. The first failure stops new work, waits for what is under
 * way, and is thrown.
 */
export async function runPool<Item>(
  items: readonly Item[],
  options: {
    readonly width: number;
    readonly isStopped: () => boolean;
    readonly work: (item: Item, running: () => number) => Promise<void>;
  },
): Promise<void> {
  let next = 0;
  let running = 0;
  const failures: unknown[] = [];
  const lane = async () => {
    while (next < items.length && failures.length === 0 && !options.isStopped()) {
      const item = items[next++] as Item;
      running += 1;
      try {
        await options.work(item, () => running);
      } catch (error) {
        failures.push(error);
      } finally {
        running -= 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.width, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
