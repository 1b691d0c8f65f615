/* I16: a run that has lost its runner says truly whether it goes back into the queue or ends. */
import { expect, it } from 'vitest';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import { type RunSnapshot, stateOf, store } from '#shared/domain/run/snapshot.ts';
import type { OnRunnerLoss } from '#shared/domain/run/status.ts';
import type { OwnerAnswer } from '../../../../../services/gateway/runs/waiting-for/ask-owner.ts';
import { type Owned, ownedFacts } from '../../../../../services/gateway/runs/waiting-for/owned.ts';
import { apply, BEGUN, CLAIM, LAUNCHED, type TestEvent } from '../../../../support/database/runs.ts';
import { machineOf, OWNER, START } from '../../../../support/model/cancel-history.ts';

const RETURN: TestEvent[] = [CLAIM, { type: 'REQUEUE', at: START }];
const LOST = new Date(START);
const started = (events: TestEvent[]): RunSnapshot => events.reduce(apply, machineOf([]));

function lost(machine: RunSnapshot, onRunnerLoss: OnRunnerLoss): Owned {
  const state = stateOf(machine);
  return {
    id: 'run',
    status: 'running',
    shownStatus: 'running',
    state,
    snapshot: store(machine),
    machine,
    owner: OWNER,
    epoch: 1,
    lastSeq: 3,
    createdAt: LOST,
    queueUntil: LOST,
    parkedUntil: null,
    queuedSince: LOST,
    isKept: false,
    userId: 'user',
    projectId: 'project',
    concurrencyKey: null,
    runnerLabels: [],
    onRunnerLoss,
    attempt: machine.context.attempt,
    requestedAt: null,
    leaseUntil: LOST,
    lastHeard: LOST,
    ownerLost: true,
    leaving: null,
    begun: null,
    asked: null,
    now: new Date(START + 1_000),
  };
}

it.each<[string, TestEvent[], OnRunnerLoss, string]>([
  ['goes back into the queue before anything of it has begun', [CLAIM], 'fail', 'requeue'],
  ['ends if it has been back', [...RETURN, CLAIM], 'fail', 'fail'],
  ['goes back once more if it asked for that', [...RETURN, CLAIM], 'requeue', 'requeue'],
  ['ends once it has begun', [CLAIM, LAUNCHED], 'fail', 'fail'],
])(
  'I16: a run that has lost its runner is said to lead to what a supervisor will do: it %s',
  (_, events, wish, leadsTo) => {
    const facts = ownedFacts(lost(started(events), wish), 'unasked', { heartbeat: 1_000, overdue: 10_000 });
    expect(facts).toMatchObject({ code: 'runner_lost', leadsTo });
  },
);

const request = { method: 'GET', url: 'http://site.test/hangs', since: START };
const hanging = { request: { ...request, since: new Date(START).toISOString() } };
const found = {
  answers: true,
  matches: 1,
  hidden: false,
  disabled: false,
  covered: false,
  moving: false,
} as const;

it.each<[string, PageLook, object]>([
  ['that nothing matches', { answers: true, matches: 0 }, { code: 'element_missing', matches: 0 }],
  ['that it is hidden', { ...found, hidden: true }, { code: 'element_hidden', matches: 1 }],
  ['that it is disabled', { ...found, disabled: true }, { code: 'element_disabled' }],
  [
    'by what it is covered',
    { ...found, covered: true, coveredBy: '<p>' },
    { code: 'element_covered', coveredBy: '<p>' },
  ],
  ['that it moves', { ...found, moving: true }, { code: 'element_moving' }],
  ['that the search takes long', { answers: true, searching: true }, { code: 'element_search' }],
  [
    'that a script is busy, and since when',
    { answers: false, since: START + 500 },
    { code: 'page_busy', since: new Date(START + 500).toISOString() },
  ],
  [
    'which server does not answer',
    { answers: true, loading: true, request },
    { code: 'page_loading', ...hanging },
  ],
  [
    'which answer stalls',
    { answers: true, loading: true, request: { ...request, answered: true } },
    { code: 'page_stalled' },
  ],
  [
    'what is not answered besides',
    { ...found, hidden: true, request },
    { code: 'element_hidden', ...hanging },
  ],
  [
    'what the server had answered',
    { answers: true, matches: 0, httpStatus: 500 },
    { code: 'element_missing', httpStatus: 500 },
  ],
  [
    'that the page loads itself',
    { answers: true, matches: 0, documents: 9 },
    { code: 'element_missing', documents: 9 },
  ],
])('I16: a step waits for what its owner says of its page: %s', (_, page, facts) => {
  const acting = started([CLAIM, LAUNCHED, BEGUN]);
  const run = {
    ...lost(acting, 'fail'),
    ownerLost: false,
    begun: { index: 0, step: { action: 'click', selector: '#b' } },
  };
  const said = ownedFacts(run, { page } as OwnerAnswer, { heartbeat: 2_000, overdue: 10_000 });
  expect(said).toMatchObject({ step: 0, action: 'click', selector: '#b', leadsTo: 'fail', ...facts });
});
