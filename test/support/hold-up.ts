/** Keeps this process from everything else for so long, as a busy machine may. */
export const holdUp = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, ms));
