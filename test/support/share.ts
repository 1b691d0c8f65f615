/*
 * Which tests run, by the variable TESTS: the small set of `npm test`, the rest, which is what that leaves, all of them, or,
 * as `extended`, all with their further cases.
 */
const TESTS = process.env.TESTS ?? 'all';
/** The small set alone, or all but it. */
export const SMALL = TESTS === 'small';
export const REST = TESTS === 'rest';
/** Whether tests do all of what is exhaustive, or a part of it. The faults, too, do all of it then. */
export const EXTENDED = TESTS === 'extended';
if (!SMALL && !REST && !EXTENDED && TESTS !== 'all')
  throw new Error(`TESTS is small, rest, all or extended, not ${JSON.stringify(TESTS)}`);

/** How much of something exhaustive to do. */
export const share = <Count>(part: Count, all: Count): Count => (EXTENDED ? all : part);

/** Every `nth` of the cases, starting with the first, or all. */
export const everyNth = <Item>(nth: number, all: readonly Item[]): readonly Item[] =>
  share(
    all.filter((_, index) => index % nth === 0),
    all,
  );

/** Tests of further cases. */
export const extendedOnly = (tests: () => void): void => share(() => undefined, tests)();
