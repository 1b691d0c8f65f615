import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { afterThisTest } from '../../support/file-hooks.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { ENCODERS, makeKnownEncoder } from '../../support/servers/known-encoder.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

test.each(ENCODERS)(
  'I9: a run whose encoder (%s) is stopped ends at once, and its video comes when the encoder goes on',
  async (kind) => {
    const encoder = await makeKnownEncoder(kind);
    afterThisTest(async () => encoder[Symbol.asyncDispose]());
    const PATH = `${encoder.folder}:${process.env.PATH}`;
    const runner = await bench.stack.start('runner', { PATH });
    afterThisTest(() => runner.stop());
    const { client, site } = bench;
    const steps = [
      { action: 'goto', url: '/form' },
      { action: 'goto', url: '/gate?late-video', timeoutMs: 120_000 },
      // Refused without a folder for uploads.
      { action: 'setInputFiles', selector: '[type=file]', files: ['a.txt'] },
    ];
    const id = await client.start({ baseUrl: site.url, steps, recordVideoOnFailure: true });
    const watch = await client.watch(id);
    await watch.until(isEvent('step_start', 1));
    const [pid] = await encoder.pids();
    process.kill(pid!, 'SIGSTOP');
    site.release('/gate?late-video');
    await watch.until(isEvent('step_failure', 2));
    expect(expectWholeStream(await watch.ended())).toEqual({ status: 'fail' });

    // An encoder may take ten seconds; after that there would be no video to wait for.
    const { videoPath } = (await client.read(id)) as { videoPath?: string };
    const read = () => client.request('GET', `/artifacts/${videoPath}`);
    expect(await read()).toMatchObject({ status: 503, body: { ok: false } });
    process.kill(pid!, 'SIGCONT');
    await eventually(async () => expect((await read()).status).toBe(200));
  },
);
