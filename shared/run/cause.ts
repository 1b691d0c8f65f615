/** What moves a machine: an event of its own, or the end of an effect; `late`: its deadline was reached first. */
export interface Cause {
  kind: 'event' | 'done' | 'error' | 'late';
  /** Of the event, e.g. `CANCEL`, or of the effect, e.g. `step`. */
  name: string;
}

/** From the type of an event as the machine receives it, e.g. `xstate.done.actor.step`. */
export function causeOf(type: string): Cause {
  const [, kind, id = ''] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type) ?? [];
  if (kind === undefined) return { kind: 'event', name: type };
  if (id.endsWith('Deadline')) return { kind: 'late', name: id.replace(/Deadline$/, '') };
  return { kind: kind as 'done' | 'error', name: id };
}
