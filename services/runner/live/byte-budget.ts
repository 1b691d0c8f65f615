/*
 * How much all pictures of this runner's pages may be in a second: its event loop reads them, which all of its runs share
 * (I13). Owns the number of captures. A page whose pictures are large is pictured less often; no other page is.
 */

const BYTES_A_SECOND = 4 * 2 ** 20;

export class ByteBudget {
  #captures = 0;

  /** One more capture. Returns what ends it. */
  enter(): () => void {
    this.#captures += 1;
    let isIn = true;
    return () => {
      if (isIn) this.#captures -= 1;
      isIn = false;
    };
  }

  /** The time after a picture until the next of the same capture, ms. */
  pauseAfter(bytes: number): number {
    return (bytes * Math.max(1, this.#captures) * 1_000) / BYTES_A_SECOND;
  }
}
