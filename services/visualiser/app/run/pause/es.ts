import type { PauseTexts } from './en.ts';

export const spanishPause: PauseTexts = {
  pause: 'Pausar',
  pauseHint: 'Parar antes del paso siguiente, sin cerrar la página',
  pauseNow: 'Pausar ya',
  pauseNowHint: 'Quedará en pausa tras su paso. Pulsa otra vez para interrumpirlo',
  title: 'Esta ejecución está en pausa',
  failed: (step) => `El paso ${step} falló y te espera`,
  someUser: 'Otra persona',
  goOnWith: (step) => `Seguir con el paso ${step}`,
  toEnd: 'Terminar la ejecución',
  again: (step) => `Repetir el paso ${step}`,
  skip: (step) => `Omitir el paso ${step}`,
  edit: 'Cambiar los pasos siguientes…',
  editTitle: (step) => `Cambiar los pasos desde el ${step}`,
  editLead: 'La ejecución sigue con ellos. Puede cambiarlos quien la inició.',
  sending: 'Reanudando…',
  call: 'En pausa',
  whoMay: 'Pueden reanudarla los operadores y propietarios de su proyecto.',
  sent: 'La ejecución sigue.',
  resumedBy: (who, at) => `${who} la reanudó a las ${at}.`,
};
