import type { GatewayContext } from './call.ts';

export type Encoding = 'br' | 'gzip';

const SMALLEST_FIRST: readonly Encoding[] = ['br', 'gzip'];

/** The encoding that makes a text smallest, of those that the client takes. */
export const encodingOf = (ctx: GatewayContext): Encoding | undefined =>
  SMALLEST_FIRST.find((encoding) => ctx.acceptsEncodings(encoding) === encoding);
