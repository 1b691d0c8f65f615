import { expect, it } from 'vitest';
import { type RunSnapshot, stateOf, store } from '#shared/domain/run/snapshot.ts';
import type { OnRunnerLoss } from '#shared/domain/run/status.ts';
import { type Owned, ownedFacts } from '../../../../../services/gateway/runs/waiting-for/owned.ts';
import { apply, CLAIM, LAUNCHED, type TestEvent } from '../../../../support/database/runs.ts';
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
