/** A request that is not taken; its message is for the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code = 'refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
