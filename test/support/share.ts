/**
 * Whether tests do all of what is exhaustive, as the extended tests and all faults do, or a part of it, as `npm test` and the
 * bounded faults do.
 */
export const ALL = process.env.TESTS === 'all';

/** How much of something exhaustive to do. */
export const share = <Count>(part: Count, all: Count): Count => (ALL ? all : part);

/** Every `nth` of the cases, starting with the first, or all. */
export const everyNth = <Item>(nth: number, all: readonly Item[]): readonly Item[] =>
  share(
    all.filter((_, index) => index % nth === 0),
    all,
  );

/** Tests of further cases. */
export const extendedOnly = (tests: () => void): void => share(() => undefined, tests)();
