import type { englishFrame } from './en.ts';

export const spanishFrame: typeof englishFrame = {
  app: {
    skip: 'Ir al contenido',
    runs: 'Ejecuciones',
    flows: 'Flujos',
    system: 'Sistema',
    newRun: 'Nueva ejecución',
    waiting: 'Te esperan',
    runWaits: 'Una ejecución te espera',
    noticesOn: 'Avisarme cuando una ejecución me espere',
    noticesOff: 'No avisarme más',
    noticesRefused: 'Tu navegador no permite avisos aquí.',
    vault: 'Bóveda',
    profiles: 'Sesiones guardadas',
    schedules: 'Programaciones',
    batches: 'Lotes',
    webhooks: 'Webhooks',
    api: 'Referencia de la API',
    menu: 'Cuenta y ajustes',
    theme: 'Tema',
    themes: { auto: 'Como el sistema', light: 'Claro', dark: 'Oscuro' },
    language: 'Idioma',
    signOut: 'Cerrar sesión',
    notSignedOut: 'La puerta de enlace no responde: tu sesión sigue abierta.',
    lost: 'La puerta de enlace no responde. Reintentando…',
    notLoaded: 'No se pudo cargar una parte de esta página. Vuelve a cargarla.',
    asItWas: (at) => `Como estaba a las ${at}`,
    notNow: 'Ahora no se puede enviar; en cuanto haya respuestas de nuevo, sí.',
    broken: 'No se pudo dibujar esta vista.',
    brokenLead: 'El error está en esta página. Las ejecuciones siguen sin ella.',
    close: 'Cerrar',
    retry: 'Reintentar',
    unknownPage: 'Esta página no existe.',
    toRuns: 'Ir a las ejecuciones',
    copied: 'Copiado',
    copyId: 'Copiar el id',
    copyLink: 'Copiar un enlace a este momento',
  },
  standing: {
    queued: 'en cola',
    running: 'en marcha',
    cancelling: 'cancelando',
    pass: 'superada',
    fail: 'fallida',
    cancelled: 'cancelada',
    lost: 'perdida',
  },
  outages: {
    database: {
      since: (since) => `PostgreSQL no responde desde las ${since}.`,
      meanwhile: (until) =>
        `Hasta que responda no se puede iniciar ni cancelar nada, y no se muestra nada nuevo. Las ejecuciones que tienen ejecutor siguen hasta las ${until}, aproximadamente; si entonces aún no responde, sus páginas se cierran y esas ejecuciones se pierden. Las que esperan conservan su puesto.`,
      past: (until) =>
        `Hasta que responda no se puede iniciar ni cancelar nada, y no se muestra nada nuevo. Las ejecuciones que tenían ejecutor siguieron hasta las ${until}, aproximadamente; desde entonces sus páginas están cerradas, y esas ejecuciones se han perdido. Las que esperan conservan su puesto.`,
      over: 'PostgreSQL responde de nuevo.',
      stands: 'Hasta que responda no se puede iniciar ni cancelar nada, y no se muestra nada nuevo.',
    },
    nats: {
      since: (since) => `NATS no responde desde las ${since}.`,
      meanwhile: () =>
        'Las ejecuciones siguen. Las nuevas empiezan y las cancelaciones surten efecto en unos segundos, no al momento, y lo que ocurre se muestra hasta un segundo más tarde. Quienes reciben eventos por NATS los reciben cuando vuelva.',
      over: 'NATS responde de nuevo.',
    },
    network: {
      since: (since) => `Tu dispositivo está sin conexión desde las ${since}.`,
      meanwhile: () =>
        'Las ejecuciones siguen sin él. Hasta que vuelvas a tener conexión no se puede iniciar ni cancelar nada aquí, y no se muestra nada nuevo.',
      over: 'Vuelves a tener conexión; no se ha perdido nada.',
    },
    gateway: {
      since: (since) => `La puerta de enlace no responde desde las ${since}.`,
      meanwhile: () =>
        'Las ejecuciones siguen sin ella. Hasta que responda no se puede iniciar ni cancelar nada aquí, y no se muestra nada nuevo. Reintentando…',
      over: 'La puerta de enlace responde de nuevo; no se ha perdido nada.',
    },
  },
};
