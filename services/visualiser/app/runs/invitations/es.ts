import type { InvitationsTexts } from './en.ts';

export const spanishInvitations: InvitationsTexts = {
  title: 'Invitaciones',
  asks: (who, project) => `${who} te invita a «${project}».`,
  roles: {
    viewer: 'Verías sus ejecuciones.',
    operator: 'También podrías iniciar y cancelar ejecuciones.',
    owner: 'También sería tuyo.',
  },
  until: (time) => `Hasta el ${new Date(time).toLocaleDateString('es', { dateStyle: 'medium' })}.`,
  accept: 'Aceptar',
  decline: 'Rechazar',
  failed: 'No ha funcionado. Inténtalo de nuevo.',
};
