/**
 * Arguments of each Node process that we start, in images by `NODE_OPTIONS`. V8 never gives back the space of young
 * objects, up to 48 MiB; 4 MiB per half save 20 to 60 MiB and cost no CPU (docs/performance.md).
 */
export const NODE_ARGUMENTS = ['--max-semi-space-size=4'] as const;
