import type { outages as english } from '../en/outages.ts';

export const outages: typeof english = {
  outages: {
    database: {
      since: (since) => `PostgreSQL no responde desde las ${since}.`,
      meanwhile: (until) =>
        `Hasta que responda no se puede iniciar ni cancelar nada, y no se muestra nada nuevo. Las ejecuciones que tienen ejecutor siguen hasta las ${until}, aproximadamente; si entonces aún no responde, sus páginas se cierran y esas ejecuciones se pierden. Las que esperan conservan su puesto.`,
      over: 'PostgreSQL responde de nuevo.',
      stands: 'Hasta que responda no se puede iniciar ni cancelar nada, y no se muestra nada nuevo.',
    },
    nats: {
      since: (since) => `NATS no responde desde las ${since}.`,
      meanwhile: () =>
        'Las ejecuciones siguen. Las nuevas empiezan y las cancelaciones surten efecto en unos segundos, no al momento, y lo que ocurre se muestra hasta un segundo más tarde. Quienes reciben eventos por NATS los reciben cuando vuelva.',
      over: 'NATS responde de nuevo.',
    },
    gateway: {
      since: (since) => `La puerta de enlace no responde desde las ${since}.`,
      meanwhile: () =>
        'Las ejecuciones siguen sin ella. Hasta que responda no se puede iniciar ni cancelar nada aquí, y no se muestra nada nuevo. Reintentando…',
      over: 'La puerta de enlace responde de nuevo; no se ha perdido nada.',
    },
  },
};
