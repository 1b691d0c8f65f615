/* What is said of questions to people, in English. */
export const englishPerson = {
  /** Who has answered, and which fields. */
  answered(names: string, byLink: boolean) {
    const answered = byLink ? 'answered by a link' : 'answered';
    return names === '' ? answered : `${answered}: ${names}`;
  },
  unanswered: 'nobody answered in time',
};
export type WordsOfPerson = typeof englishPerson;
