/* What is said of questions to people, in English. */
export const englishPerson = {
  /** Who has answered, and which fields. */
  answered(names: string, byLink: boolean) {
    const answered = byLink ? 'answered by a link' : 'answered';
    return names === '' ? answered : `${answered}: ${names}`;
  },
  unanswered: 'nobody answered in time',
  /** A pause that was asked for, by its mode. */
  pauses: { after_step: 'a pause after the step under way', now: 'a pause at once' } as Record<
    string,
    string
  >,
  /** Why it is paused. */
  paused: 'paused',
  pausedFor: (reason: string) => `paused: ${reason}`,
  stepFailed: (step: number) => `step ${step} has failed, and waits for a person`,
  /** It goes on after a pause. */
  goesOn: (step: number) => `goes on with step ${step}`,
  goesOnEdited: (step: number) => `goes on with step ${step}, which is edited`,
  /** Why it gave up its runner and its browser. */
  parked: {
    waited: 'gives up its runner: it has waited long',
    drained: 'gives up its runner, which shuts down',
    lost: 'its runner was lost',
  } as Record<string, string>,
  /** Its page is open again, without these. */
  reopened: (list: string) =>
    list === '' ? 'its page is open again' : `its page is open again; not carried over: ${list}`,
};
export type WordsOfPerson = typeof englishPerson;
