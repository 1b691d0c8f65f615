/** A state's own name, as the chart shows it: without those that it is in. */
export const stateName = (state: string): string => state.split('.').at(-1)!;
