/** An owner's time with its run, from the claim on. */
export class Tenure {
  readonly #left = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  /** The owner has stored its last transition, or lost the run. */
  get over(): boolean {
    return this.#left.signal.aborted;
  }

  /** Raised when it is over. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** It is over, and the browser is closed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  leave(): void {
    this.#left.abort();
  }

  end(): void {
    this.#ended.resolve();
  }
}
