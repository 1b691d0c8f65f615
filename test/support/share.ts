import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** True in the projects of `npm run test:extended` (vitest.config.ts). */
    extended?: boolean;
  }
}

/** How much of something exhaustive to do: `npm test` does a part of it, `npm run test:extended` all. */
export const share = <Count>(part: Count, all: Count): Count => (inject('extended') === true ? all : part);

/** Every `nth` of the cases, starting with the first, or all. */
export const everyNth = <Item>(nth: number, all: readonly Item[]): readonly Item[] =>
  share(
    all.filter((_, index) => index % nth === 0),
    all,
  );

/** Tests of further cases, which `npm test` leaves to `npm run test:extended`. */
export const extendedOnly = (tests: () => void): void => share(() => undefined, tests)();
