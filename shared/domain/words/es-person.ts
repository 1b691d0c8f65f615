import type { WordsOfPerson } from './en-person.ts';

export const spanishPerson: WordsOfPerson = {
  answered: (names) => (names === '' ? 'respondida' : `respondida: ${names}`),
  unanswered: 'nadie respondió a tiempo',
};
