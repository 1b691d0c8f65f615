/* I10: an agent hears of each event of its flow, and of a failure the step and cause, without secrets. */
import { describe, expect, test } from 'vitest';
import { TRANSPORTS, useAgents } from '../support/agents/use-agents.ts';

const { agents, flow } = useAgents();

describe.each(TRANSPORTS)('a flow over %s', (over) => {
  test('passes, and each of its events is a progress notification', async () => {
    const call = agents[over].begin<{ run: { outcome: string; stepCount: number } }>(
      'run_flow',
      flow(
        { action: 'goto', url: '/form' },
        { action: 'fill', selector: '[name=name]', value: 'hunter2' },
        { action: 'snapshot' },
      ),
    );
    const { data, text, isError } = await call.answer;
    expect(isError, text).toBe(false);
    expect(data.run).toMatchObject({ outcome: 'pass', stepCount: 3 });
    expect(text).toMatch(/^Run \S+ passed after /);
    const reported = call.progress.map(({ message }) => message);
    expect(reported).toEqual(
      expect.arrayContaining(['step 2 begins: "fill [name=name]"', 'step 2 is done', 'pass']),
    );
    const at = call.progress.map(({ progress }) => progress);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(new Set(at).size).toBe(at.length);
  });

  test('I10: that fails tells the step, the cause and the page, with a picture, and no secret', async () => {
    const { data, text, result } = await agents[over].run(
      flow(
        { action: 'goto', url: '/form' },
        { action: 'fill', selector: '[name=name]', value: 'hunter2' },
        // Refused without a folder for uploads: it fails at once, with time left for the picture.
        { action: 'setInputFiles', selector: '[type=file]', files: ['a.txt'] },
        { action: 'goto', url: '/plain' },
      ),
    );
    expect(data.run).toMatchObject({ outcome: 'fail', failedStep: 3 });
    expect(data.run.steps[2]).toMatchObject({
      step: 3,
      ok: false,
      does: 'setInputFiles [type=file] ← a.txt',
      screenshot: true,
    });
    expect(text).toContain('Step 3 failed (step_failed): "setInputFiles [type=file] ← a.txt"');
    expect(text).toMatch(/^Cause: ".*file uploads are not set up here/m);
    expect(text).toContain('textbox "Name"');
    const picture = result.content.find(({ type }) => type === 'image');
    expect(picture).toMatchObject({ mimeType: 'image/png', data: expect.stringMatching(/^iVBORw0KGgo/) });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});
