import { type EventRow, type Rule, violation } from './facts.ts';

/**
 * I12: each transition was stored once: one leads to the next, no step begins or ends twice in one attempt unless a person let
 * the run go on in between, and a flow starts again only if it was to, as its events say.
 */
export const transitionsOnce: Rule = ({ runs }) =>
  [...runs.values()].flatMap(({ row, events }) => {
    const wrong = brokenLink(events);
    const twice = repeated(events);
    const reported = lastAttempt(events);
    const most = row.on_runner_loss === 'requeue' ? 2 : 1;
    return [
      ...(row.attempt === reported && reported <= most
        ? []
        : [
            violation('I12', 'its attempts are not as reported, or too many', row.id, [
              row.attempt,
              reported,
              most,
            ]),
          ]),
      ...(wrong
        ? [violation('I12', 'its transitions do not follow each other', row.id, wrong, events.map(brief))]
        : []),
      ...(twice.length > 0 ? [violation('I12', 'reported twice', row.id, twice, events.map(brief))] : []),
    ];
  });

const brief = ({ seq, type, step_index, payload: { from, to } }: EventRow) =>
  [seq, type, step_index, from, to].filter((part) => part != null).join(' ');

function brokenLink(events: readonly EventRow[]): EventRow | undefined {
  let state: unknown = 'running.queued';
  for (const event of events) {
    if (event.type !== 'transition') continue;
    if (event.payload.from !== state) return event;
    state = event.payload.to;
  }
  return undefined;
}

function repeated(events: readonly EventRow[]): string[] {
  let attempt = 1;
  let pauses = 0;
  const names = events.flatMap(({ type, step_index, payload }) => {
    if (type === 'requeued') attempt = Number(payload.attempt);
    if (isGoingOn({ type, payload })) pauses += 1;
    return /^(step|cleanup)_/.test(type)
      ? [`${attempt} ${pauses} ${type.replace(/success|failure/, 'end')} ${step_index}`]
      : [];
  });
  return names.filter((name, n) => names.indexOf(name) !== n);
}

/** A person has let it go on after a pause. */
export const isGoingOn = ({ type, payload }: Pick<EventRow, 'type' | 'payload'>): boolean =>
  type === 'resumed' && payload.why === 'resumed';

const lastAttempt = (events: readonly EventRow[]): number =>
  Number(events.findLast(({ type }) => type === 'requeued')?.payload.attempt ?? 1);
