/** No gateway, key or project was found. The message is one line for the person at the terminal. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly code: 'no_gateway' | 'no_key' | 'no_project';

  constructor(code: AddressError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
