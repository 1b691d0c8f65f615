/** An owner's time with its run, from the claim on. */
export class Tenure {
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  /** The owner has stored its last transition, or lost the run: nothing more is begun or stored. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Raised when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Resolves when it is over and the browser is closed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  close(): void {
    this.#over.abort();
  }

  /** The browser is closed, too. */
  end(): void {
    this.#ended.resolve();
  }
}
