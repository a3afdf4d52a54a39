/** Work that was begun and need not be waited for one by one, but may not pile up either. */
export function backlog(sizeMax: number) {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let oneDone = Promise.withResolvers<void>();
  const remove = (work: Promise<void>) => {
    underWay.delete(work);
    oneDone.resolve();
    oneDone = Promise.withResolvers();
  };
  return {
    /** Resolves at once while there is room, else when there is room again. @throws the first failure of earlier work */
    async add(work: Promise<void>): Promise<void> {
      const tracked: Promise<void> = work
        .catch((error: unknown) => void failures.push(error))
        .finally(() => remove(tracked));
      underWay.add(tracked);
      while (underWay.size >= sizeMax) await oneDone.promise;
      if (failures.length > 0) throw failures[0];
    },
    /** Resolves when all work is done. @throws the first failure */
    async drained(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
      if (failures.length > 0) throw failures[0];
    },
  };
}
