/* I10: what a run learns to be secret is hidden from then on, in every form. */
import { expect, it } from 'vitest';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { createRunSecrets } from '../../../../../services/runner/browser/vault/run-secrets.ts';

const CODE = '48151623';
const flow = (...steps: object[]) => flowSchema.parse({ name: 'f', baseUrl: 'http://shop.example', steps });

it('I10: what only the run learns is hidden from then on, and its flow has secrets from the start', async () => {
  for (const more of [{}, { secret: true }]) {
    const secrets = createRunSecrets(
      flow(
        { action: 'extract', name: 'code', selector: '#code' },
        { action: 'fill', selector: '#otp', value: '${results.code}', ...more },
      ),
    );
    expect(secrets.hasAny).toBe(true);
    secrets.learn([CODE], { isMarked: false });
    for (const form of [CODE, Buffer.from(CODE).toString('base64')])
      expect(await secrets.redactEverywhere(`it is ${form}`)).not.toContain(form);
  }
});

it('a flow has a secret as soon as it learns one', () => {
  const secrets = createRunSecrets(flow({ action: 'goto', url: '/' }));
  expect(secrets.hasAny).toBe(false);
  secrets.learn([CODE], { isMarked: false });
  expect(secrets.hasAny).toBe(true);
});
