import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { usePatientClient } from '../../support/stack/use-stack.ts';
import { NEVER, useWaiting } from './bench.ts';

const { bench, says, start, end, atStep } = useWaiting();
const patient = usePatientClient(bench);

const processOf = (kind: string) =>
  bench.stack.processes.findLast((process) => process.kind === kind && process.running)!;
const isOver = (id: string) =>
  eventually(async () => expect((await bench.client.read(id)).status).toBe('fail'));
const cancel = (id: string) => bench.client.cancel(id);

describe('waitingFor of a run that is being stopped', () => {
  it('names the rung, what it waits for there, and when the next one is due', async () => {
    const atomic = { action: 'goto', url: '/never?atomic', timeoutMs: 120_000, atomic: true };
    const id = await (await patient()).start({
      baseUrl: bench.site.url,
      steps: [atomic],
      onCancel: [{ action: 'goto', url: '/never?cleaning' }],
    });
    await bench.site.asked('/never?atomic');
    await cancel(id);
    const next = { leadsTo: 'next_rung', until: expect.any(String) };
    await says(id, {
      code: 'atomic_step',
      step: 0,
      phase: 'flow',
      url: '/never?atomic',
      nextRung: 'cancelling.aborting',
      ...next,
    });
    await says(id, { code: 'on_cancel_steps', step: 0, phase: 'onCancel', url: '/never?cleaning', ...next });
    await isOver(id);
  });

  it('says that its runner has not taken the request, and when it is ended in any case', async () => {
    const id = await atStep('/plain', NEVER);
    processOf('runner').signal('SIGSTOP');
    await cancel(id);
    await says(id, {
      code: 'delivery',
      leadsTo: 'fail',
      until: expect.any(String),
      for: expect.stringMatching(
        /^It is being stopped, and waits for its runner to take the request\. It ends in at most \d+ s\.$/,
      ),
    });
    processOf('runner').signal('SIGCONT');
    await isOver(id);
  });

  extendedOnly(() => {
    it('says that its browser context closes, while its browser does not', async () => {
      const id = await atStep('/plain', NEVER);
      const browsers = await browsersWith(bench.stack.home);
      for (const { pid } of browsers) process.kill(pid, 'SIGSTOP');
      await cancel(id);
      await says(id, { code: 'context_close', leadsTo: 'next_rung', nextRung: 'cancelling.killing' });
      await isOver(id);
    });

    it('says that a supervisor has to end it, of a run that no runner has and of one whose runner is lost', async () => {
      const lost = await atStep('/plain', NEVER);
      const queued = await start([NEVER], { runnerLabels: ['nowhere'] });
      const supervisor = processOf('supervisor');
      supervisor.signal('SIGSTOP');
      await cancel(queued);
      await says(queued, { code: 'supervisor_no_runner' });
      processOf('runner').signal('SIGKILL');
      await cancel(lost);
      await says(lost, { code: 'supervisor_runner_lost', leadsTo: 'fail' });
      supervisor.signal('SIGCONT');
      await Promise.all([isOver(queued), isOver(lost)]);
      await bench.stack.start('runner'); // clears what the killed one has left
      await end(await atStep('/plain', NEVER));
    });
  });
});
