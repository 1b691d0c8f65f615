import type { system as english } from '../en/system.ts';

export const system: typeof english = {
  system: {
    title: 'Sistema',
    failed: 'No se pudo leer el sistema.',
    queue: 'En espera',
    oldest: (age) => `la más antigua, ${age}`,
    nobodyWaits: 'nadie espera',
    running: 'En ejecutores',
    slots: (busy, all) => `${busy} de ${all} huecos`,
    lost: (count) => (count === 1 ? '1 en un ejecutor perdido' : `${count} en ejecutores perdidos`),
    cancelling: 'Se detienen',
    runners: 'Ejecutores',
    supervisors: 'Supervisores',
    conditions: { alive: 'vivo', silent: 'callado', gone: 'desaparecido' },
    conditionHints: {
      alive: 'Su proceso demuestra que vive.',
      silent: 'Sin noticias durante una concesión: sus ejecuciones se terminarán.',
      gone: 'Su proceso ha terminado.',
    },
    takesNothing: 'no toma ejecuciones',
    unavailable: {
      starting: 'Está arrancando.',
      full: 'Todos sus huecos están ocupados.',
      draining: 'Está a punto de irse: no toma ejecuciones nuevas.',
      no_browser:
        'No tiene un navegador que arranque y por eso no toma ejecuciones. Lo reintenta por sí mismo.',
      no_egress:
        'Su proxy de salida no funciona y por eso no toma ejecuciones. Vuelve a arrancar por sí mismo.',
      no_session:
        'Perdió su sesión con la base de datos y por eso no toma ejecuciones. Lo reintenta por sí mismo.',
      slow_database:
        'Lo que guarda espera a la base de datos y por eso no toma ejecuciones hasta que eso acabe.',
      silent: 'No ha enviado ningún latido durante una concesión.',
      gone: 'Su proceso ha terminado.',
    },
    labels: 'Etiquetas',
    trouble: 'Dice:',
    heartbeat: 'Latido',
    ago: (age) => `hace ${age}`,
    up: 'En marcha',
    browsers: 'Navegadores',
    slotsLabel: 'Huecos',
    place: 'Proceso',
    hidden: (count) =>
      count === 1 ? '1 ejecución de otra persona' : `${count} ejecuciones de otras personas`,
    idle: 'Ninguna ejecución',
    leader: 'líder',
    standby: 'a la espera',
    leads: (time) => `lidera ${time} más`,
    noRunners: 'Ningún ejecutor',
    noRunnersLead: 'Las ejecuciones esperan en la cola hasta que arranque uno.',
    noSupervisors: 'Ningún supervisor conectado: nadie termina las ejecuciones perdidas.',
    noLeader: 'Nadie lidera: los barridos esperan a que un supervisor tome el relevo.',
    lease: (time) => `Concesión ${time}`,
    leaseLeft: (time) => `concesión por ${time}`,
    leaseOver: 'concesión caducada',
  },
};
