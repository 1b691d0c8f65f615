import type { QueueWait } from '../story/waits.ts';

type Causes = Readonly<Record<QueueWait, readonly [one: string, several: string]>>;

const QUEUE_CAUSES: Readonly<Record<'en' | 'es', Causes>> = {
  en: {
    no_runner: ['has no runner: none is up', 'have no runner: none is up'],
    no_fitting_runner: ['asks for labels that no runner has', 'ask for labels that no runner has'],
    runners_silent: ['has runners that are all silent', 'have runners that are all silent'],
    runner_unavailable: ['has runners that take none now', 'have runners that take none now'],
    concurrency_key: ['waits for its concurrency key', 'wait for their concurrency key'],
    user_limit: [
      'is of a user who has as many on runners as they may',
      'are of users who have as many on runners as they may',
    ],
    project_limit: [
      'is of a project that has as many on runners as it may',
      'are of projects that have as many on runners as they may',
    ],
    slots: ['waits for a free slot: all are busy', 'wait for a free slot: all are busy'],
    runner: ['is next', 'are next'],
  },
  es: {
    no_runner: [
      'no tiene ejecutor: no hay ninguno en marcha',
      'no tienen ejecutor: no hay ninguno en marcha',
    ],
    no_fitting_runner: [
      'pide etiquetas que ningún ejecutor tiene',
      'piden etiquetas que ningún ejecutor tiene',
    ],
    runners_silent: ['tiene ejecutores que callan todos', 'tienen ejecutores que callan todos'],
    runner_unavailable: [
      'tiene ejecutores que ahora no toman ninguna',
      'tienen ejecutores que ahora no toman ninguna',
    ],
    concurrency_key: ['espera su clave de concurrencia', 'esperan su clave de concurrencia'],
    user_limit: [
      'es de una persona que tiene en ejecutores tantas como puede',
      'son de personas que tienen en ejecutores tantas como pueden',
    ],
    project_limit: [
      'es de un proyecto que tiene en ejecutores tantas como puede',
      'son de proyectos que tienen en ejecutores tantas como pueden',
    ],
    slots: ['espera un hueco libre: todos están ocupados', 'esperan un hueco libre: todos están ocupados'],
    runner: ['es la siguiente', 'son las siguientes'],
  },
};

/** What so many runs wait for, after their number. */
export const queueCauseText = (code: QueueWait, count: number, language: 'en' | 'es'): string =>
  QUEUE_CAUSES[language][code][count === 1 ? 0 : 1];
