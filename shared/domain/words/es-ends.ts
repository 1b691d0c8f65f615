import type { WordsOfEnds } from './en-ends.ts';

export const spanishEnds: WordsOfEnds = {
  unknownReason: ['Su motivo de fin es {code}.', 'Su motivo de fin no se conoce.'],
  deadlineOf: 'Alcanzó el tiempo máximo que puede durar: {most}.',
  lost: {
    owner_gone: [
      'Su ejecutor ({runner}) murió en el paso {number}.',
      'Su ejecutor ({runner}) murió.',
      'Su ejecutor murió.',
    ],
    lease_expired: [
      'Su ejecutor ({runner}) enmudeció en el paso {number}.',
      'Su ejecutor ({runner}) enmudeció.',
      'Su ejecutor enmudeció.',
    ],
    other: ['Se perdió con su ejecutor ({runner}).', 'Se perdió.'],
  },
  lostByOutage:
    'Se perdió: PostgreSQL no respondió desde {from} hasta {to}, más de lo que su ejecutor puede seguir.',
  notStopped: 'Nadie había detenido la ejecución.',
  stopped: {
    user: [
      '{who} la detuvo hace {age}: {given}.',
      '{who} la detuvo: {given}.',
      '{who} la detuvo hace {age}.',
      '{who} la detuvo.',
    ],
    supervisor: ['La terminó el supervisor.'],
    shutdown: ['Su ejecutor se apagó y la detuvo.'],
  },
  again: ['{who} lo pidió otra vez {after} después: {given}.', '{who} lo pidió otra vez {after} después.'],
  forced: ['{who} la forzó {after} después: {given}.', '{who} la forzó {after} después.'],
  someUser: 'Un usuario',
  cleanupFailed: (failed, begun) =>
    `Su limpieza falló: ${failed} de ${begun} pasos onCancel, primero {cleanup}.`,
  cleanupStep: (number) => `el paso ${number} ({action})`,
  endedFor: {
    owner_gone: ['Su ejecutor ({runner}) había muerto; la terminó un supervisor.'],
    lease_expired: ['Su ejecutor ({runner}) había enmudecido; la terminó un supervisor.'],
    overdue: ['Su ejecutor ({runner}) no la detuvo a tiempo; la terminó un supervisor.'],
  },
  endedForOutage:
    'PostgreSQL no respondió desde {from} hasta {to}, más de lo que su ejecutor puede seguir; la terminó un supervisor.',
  webhookFails: (failing, waiting) =>
    `${failing === 1 ? 'Un webhook de su proyecto falla{answered}' : `Fallan ${failing} webhooks de su proyecto`}; ${waiting === 1 ? 'espera 1 mensaje de esta ejecución' : `esperan ${waiting} mensajes de esta ejecución`}.`,
  webhookAnswered: ', que respondió {status}',
};
