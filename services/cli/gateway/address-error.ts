/** No gateway or key was found. The message is one line for the person at the terminal. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly code: 'no_gateway' | 'no_key';

  constructor(code: AddressError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
