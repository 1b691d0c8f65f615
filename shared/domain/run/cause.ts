/** What moves a machine: an event of its own, or the end of an effect; `late`: its deadline was reached first. */
export interface Cause {
  kind: 'event' | 'done' | 'error' | 'late';
  /** Name of the event, e.g. `CANCEL`, or of the effect, e.g. `step`. */
  name: string;
}

/** Derived from the type of an event that the machine receives, e.g. `xstate.done.actor.step`. */
export function causeOf(type: string): Cause {
  const [, kind, id = ''] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type) ?? [];
  if (kind === undefined) return { kind: 'event', name: type };
  if (id.endsWith('Deadline')) return { kind: 'late', name: id.replace(/Deadline$/, '') };
  return { kind: kind as 'done' | 'error', name: id };
}
