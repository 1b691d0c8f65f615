/**
 * Of each Node process that we start, in images by `NODE_OPTIONS`. V8 lets the space of young objects grow to 48 MiB and
 * never gives that back; with 4 MiB per half a service is 20 to 60 MiB smaller and takes as much CPU (docs/performance.md).
 */
export const NODE_ARGUMENTS = ['--max-semi-space-size=4'] as const;
