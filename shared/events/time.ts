/** When an event happened, epoch ms: by the machine's own time where it is told, else when it was stored. */
export const timeOf = (event: { at: string; payload: object }): number =>
  machineTimeOf(event) ?? Date.parse(event.at);

/** When the machine did it, epoch ms, if the event says so. */
export function machineTimeOf({ payload }: { payload: object }): number | undefined {
  const told = 'at' in payload && typeof payload.at === 'string' ? Date.parse(payload.at) : Number.NaN;
  return Number.isNaN(told) ? undefined : told;
}
