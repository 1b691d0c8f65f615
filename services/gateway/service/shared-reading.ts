interface Last<Value> {
  value: Promise<Value>;
  /** When it was done; undefined while it is under way. */
  readAt?: number;
}

/**
 * Reads the same for all who ask, at most once in so long: who asks meanwhile has what was read last, or waits for what is
 * under way. A failure is not kept.
 */
export function sharedReading<Value>(
  read: () => Promise<Value>,
  goodMs = 1_000,
  now: () => number = () => performance.now(),
): () => Promise<Value> {
  let last: Last<Value> | undefined;

  async function look(): Promise<Value> {
    const value = await read();
    if (last) last.readAt = now();
    return value;
  }

  return () => {
    if (last && (last.readAt === undefined || now() - last.readAt < goodMs)) return last.value;
    const value = look();
    last = { value };
    value.catch(() => {
      last = undefined;
    });
    return value;
  };
}
