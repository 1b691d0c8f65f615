/* The machine alone names states; all other code asks what a state means. */
import { describe, expect, it } from 'vitest';
import { meaningOf } from '#shared/domain/run/states.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import { allStates, PASSING, pathOf } from '../../../support/model/machine-states.ts';
import { readSources } from '../../../support/source/boundaries.ts';
import { textsOf } from '../../../support/source/texts.ts';

/** Where the names are at home: the definition, in its parts. */
const MACHINE =
  /^shared\/domain\/run\/(machine|running-states|person-states|parking-states|cancelling-states|deadlines|vocabulary)\.ts$|^shared\/adapters\/database\/migrations\//;

/** Words that are also a state's name, or names that readers are meant to see: where, and why. */
const ALLOWED: Readonly<Record<string, { texts: string[]; why: string }>> = {
  'services/cli/commands/down.ts': { texts: ['stopped'], why: 'says that the stack has stopped' },
  'services/cli/demo/demo.ts': { texts: ['stopped'], why: 'says that the stack has stopped' },
  'services/cli/up/run-up.ts': { texts: ['stopped'], why: 'says that the stack has stopped' },
  'services/visualiser/app/kit/standing/standing.ts': {
    texts: ['queued'],
    why: 'how a run stands, in one word',
  },
  'services/visualiser/app/frame/en.ts': { texts: ['queued'], why: 'how a run stands, in English' },
  'services/gateway/describe/examples/example.ts': {
    texts: ['launching', 'queued', 'settling', 'stepping.acting', 'stepping.checkpoint'].map(
      (path) => `running.${path}`,
    ),
    why: 'examples of the API show states; the compiler holds that they exist',
  },
  'services/gateway/live/run-views.ts': { texts: ['queued'], why: 'a code of the live view' },
  'services/visualiser/app/run/en.ts': { texts: ['parked'], why: 'says what an event is about' },
  'shared/adapters/database/place.ts': { texts: ['paused'], why: 'a schedule is' },
  'shared/adapters/database/schedules/occurrences.ts': { texts: ['paused'], why: 'a schedule is' },
  'services/gateway/schedules/present.ts': { texts: ['paused'], why: 'a field of a schedule' },
  'services/visualiser/app/schedules/en.ts': { texts: ['paused'], why: 'says how a schedule stands' },
  'services/visualiser/app/schedules/occurrence-look.ts': { texts: ['queued'], why: 'a tone of badges' },
  'services/visualiser/app/schedules/schedule-card.tsx': { texts: ['paused'], why: 'a field of a schedule' },
  'services/visualiser/app/schedules/schedule-facts.tsx': { texts: ['paused'], why: 'a field of a schedule' },
  'shared/domain/words/en.ts': { texts: ['paused'], why: 'how a run stands, in English' },
  'shared/domain/words/en-person.ts': { texts: ['paused'], why: 'says that a run is paused' },
  'shared/api/contract/runs/runs.ts': {
    texts: ['The full state of the machine, e.g. `running.stepping.acting`.'],
    why: 'the description of a field shows one',
  },
};

const states = allStates().filter((state) => state.path.length > 1);
const paths = states.map(pathOf);
/** A status is its own word: the API's, the database's and the machine's. */
const names = states.map(({ key }) => key).filter((key) => !STATUSES.some((status) => status === key));
/** Also in a regular expression, where the dot may be escaped. */
const PATH = new RegExp(`\\b(${paths.map((path) => path.replaceAll('.', '\\\\?.')).join('|')})\\b`);

const namesState = (text: string): boolean => names.includes(text) || PATH.test(text);

/** `file: text`, once each. Most files have none of the names, and need not be parsed. */
function found(files: { path: string; code: string }[]): string[] {
  return files
    .filter(({ code }) => names.some((name) => code.includes(name)))
    .flatMap(({ path, code }) =>
      [...new Set(textsOf(code, path))].filter(namesState).map((text) => `${path}: ${text}`),
    );
}

describe('the names of states', () => {
  it('stand in the machine alone; all else asks what a state means (shared/domain/run/states.ts)', () => {
    const product = readSources().filter(
      ({ path }) => /^(services|shared)\//.test(path) && !MACHINE.test(path),
    );
    expect(product.length).toBeGreaterThan(300);
    const allowed = Object.entries(ALLOWED).flatMap(([path, { texts }]) =>
      texts.map((text) => `${path}: ${text}`),
    );
    expect(found(product).toSorted()).toEqual(allowed.toSorted());
  });

  it('have a meaning of their own each, but for the end of `cancelling`, which is passed at once', () => {
    const meanings = states
      .filter((state) => pathOf(state) !== PASSING)
      .map((state) => meaningOf(pathOf(state)));
    const waits = meanings.map(({ waitsFor, rung }) => waitsFor ?? rung);
    expect(waits).not.toContain(undefined);
    expect(new Set(waits).size).toBe(waits.length);
    expect(meaningOf('running.of-another-version')).toEqual({ tags: [] });
  });

  it.each([
    ["const is = state === 'running.queued';", ['running.queued']],
    [
      `const sql = \`select from runs where state = 'running.queued' and $\{more}\`;`,
      ["select from runs where state = 'running.queued' and "],
    ],
    ['const texts = { "cancelling.aborting": 1 };', ['cancelling.aborting']],
    ["const is = state.endsWith('killing');", ['killing']],
    ['const is = /^running.stepping/.test(state);', ['^running.stepping']],
    ['const is = /^cancelling\\.closing$/.test(state);', ['^cancelling\\.closing$']],
    ["// 'running.queued'\nconst status = 'running'; const closing = settings.stopped;", []],
  ])('are seen in %s', (code, texts) => {
    expect(found([{ path: 'x.ts', code }])).toEqual(texts.map((text) => `x.ts: ${text}`));
  });
});
