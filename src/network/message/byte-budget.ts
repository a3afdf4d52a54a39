/** Bytes that one edge may hold at a time, over all its exchanges: no number of connections makes it hold more. */
export interface ByteBudget {
  /** False, and nothing is taken, when it is used up. */
  take(byteCount: number): boolean;
  giveBack(byteCount: number): void;
}

export function openByteBudget(bytesMax: number): ByteBudget {
  let left = bytesMax;
  return {
    take(byteCount) {
      if (byteCount > left) return false;
      left -= byteCount;
      return true;
    },
    giveBack(byteCount) {
      left += byteCount;
    },
  };
}
