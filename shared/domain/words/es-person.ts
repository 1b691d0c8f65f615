import type { WordsOfPerson } from './en-person.ts';

export const spanishPerson: WordsOfPerson = {
  answered(names, byLink) {
    const answered = byLink ? 'respondida por un enlace' : 'respondida';
    return names === '' ? answered : `${answered}: ${names}`;
  },
  unanswered: 'nadie respondió a tiempo',
  pauses: { after_step: 'una pausa tras el paso en curso', now: 'una pausa inmediata' },
  paused: 'en pausa',
  pausedFor: (reason) => `en pausa: ${reason}`,
  stepFailed: (step) => `el paso ${step} falló y espera a una persona`,
  goesOn: (step) => `sigue con el paso ${step}`,
  goesOnEdited: (step) => `sigue con el paso ${step}, que fue editado`,
  parked: {
    waited: 'deja su ejecutor: ha esperado mucho',
    drained: 'deja su ejecutor, que se apaga',
    lost: 'se perdió su ejecutor',
  },
  reopened: (list) =>
    list === ''
      ? 'su página está abierta de nuevo'
      : `su página está abierta de nuevo; no se conserva: ${list}`,
};
