import type { AnswerTexts } from './en.ts';

export const spanishAnswer: AnswerTexts = {
  title: 'Esta ejecución te pregunta algo',
  optional: '(opcional)',
  yes: 'Sí',
  no: 'No',
  choose: 'Elige…',
  send: 'Responder',
  confirm: 'Está hecho',
  sending: 'Enviando…',
  sent: 'Respondida. La ejecución sigue.',
  left: (time) => `Tiempo para responder: ${time}.`,
  over: 'El tiempo para responder se ha acabado.',
  secret: 'Nadie puede volver a leerlo.',
  answeredBy: (who, at) => `${who} la respondió a las ${at}.`,
  someUser: 'Otra persona',
  someLink: 'Una persona con un enlace',
};
