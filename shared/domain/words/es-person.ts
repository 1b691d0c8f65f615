import type { WordsOfPerson } from './en-person.ts';

export const spanishPerson: WordsOfPerson = {
  answered(names, byLink) {
    const answered = byLink ? 'respondida por un enlace' : 'respondida';
    return names === '' ? answered : `${answered}: ${names}`;
  },
  unanswered: 'nadie respondió a tiempo',
};
