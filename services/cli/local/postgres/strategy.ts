/**
 * PostgreSQL refuses to run as root. `direct`: we are a plain user. `namespace`: in place, as uid 65534 of a user
 * namespace that is root outside. `copy`: as a plain user, from a copy of the binaries that it can reach.
 */
export type PostgresStrategy = 'direct' | 'namespace' | 'copy';

export interface StrategyFacts {
  isRoot: boolean;
  /** The binaries answer inside a user namespace. */
  namespacesWork: boolean;
  /** Data of this folder was already placed outside by an earlier `copy`. */
  hasDataOutside: boolean;
}

export const chooseStrategy = ({
  isRoot,
  namespacesWork,
  hasDataOutside,
}: StrategyFacts): PostgresStrategy => {
  if (!isRoot) return 'direct';
  return namespacesWork && !hasDataOutside ? 'namespace' : 'copy';
};
