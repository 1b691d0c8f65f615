let whole = false;

/** For a file of the faults, before it imports what `npm test` does a share of. */
export const doTheWhole = (): void => {
  whole = true;
};

/** How much of something exhaustive to do: the faults do the whole. */
export const share = <Count>(part: Count, all: Count): Count => (whole ? all : part);
