import type { QueueWait } from '../story/waits.ts';

/** What several runs wait for, after their number. */
export const QUEUE_CAUSES: Readonly<Record<'en' | 'es', Readonly<Record<QueueWait, string>>>> = {
  en: {
    no_runner: 'have no runner: none is up',
    no_fitting_runner: 'ask for labels that no runner has',
    runners_silent: 'have runners that are all silent',
    runner_unavailable: 'have runners that take none now',
    concurrency_key: 'wait for their concurrency key',
    user_limit: 'are of users who have as many on runners as they may',
    project_limit: 'are of projects that have as many on runners as they may',
    slots: 'wait for a free slot: all are busy',
    runner: 'are next',
  },
  es: {
    no_runner: 'no tienen ejecutor: no hay ninguno en marcha',
    no_fitting_runner: 'piden etiquetas que ningún ejecutor tiene',
    runners_silent: 'tienen ejecutores que callan todos',
    runner_unavailable: 'tienen ejecutores que ahora no toman ninguna',
    concurrency_key: 'esperan su clave de concurrencia',
    user_limit: 'son de personas que tienen en ejecutores tantas como pueden',
    project_limit: 'son de proyectos que tienen en ejecutores tantas como pueden',
    slots: 'esperan un hueco libre: todos están ocupados',
    runner: 'son las siguientes',
  },
};
