/** How many events of a trial have come so far, for who has to be in step with them. */
export interface EventProgress {
  count(): void;
  /** Resolves once so many have come, or none will come any more. */
  reached(eventCount: number): Promise<void>;
  end(): void;
}

export function eventProgress(): EventProgress {
  let eventCount = 0;
  let isOver = false;
  let waiting: { readonly eventCount: number; readonly resolve: () => void }[] = [];
  const release = () => {
    const ready = waiting.filter((each) => isOver || each.eventCount <= eventCount);
    if (ready.length === 0) return;
    waiting = waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  };
  return {
    count() {
      eventCount += 1;
      release();
    },
    reached: (wanted) =>
      new Promise((resolve) => {
        waiting.push({ eventCount: wanted, resolve });
        release();
      }),
    end() {
      isOver = true;
      release();
    },
  };
}
