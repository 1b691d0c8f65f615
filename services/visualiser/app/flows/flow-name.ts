/** Names of flows, as a field of a form checks them; the gateway alone decides. */
export const FLOW_NAME = '[a-z0-9][a-z0-9._\\-]{0,99}';

/** A name for a flow from what something is called. */
export const flowNameFor = (called: string): string =>
  called
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[-._]+$/g, '')
    .slice(0, 100);
