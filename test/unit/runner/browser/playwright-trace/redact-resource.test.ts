/* A file of a page is kept in a trace only if it can hold no secret and no session. */
import { describe, expect, it } from 'vitest';
import { createLearningRedactor } from '#shared/domain/flow/redact.ts';
import {
  redactResource,
  resourceName,
} from '../../../../../services/runner/browser/playwright-trace/redact-resource.ts';

const SECRET = 'correct horse battery';
const { redact, learn } = createLearningRedactor([]);
learn([SECRET]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]);

describe('a file that a page has loaded', () => {
  it('is kept without secrets and sessions if it is text', async () => {
    const text = JSON.stringify({ note: SECRET, refresh_token: 'abc', page: 2 });
    const kept = await redactResource(Buffer.from(text), 'application/json', redact);
    expect(JSON.parse(kept!.toString())).toEqual({
      note: '[REDACTED]',
      refresh_token: '[REDACTED]',
      page: 2,
    });
  });

  it('is kept as it is if it is a picture or a font', async () => {
    expect(await redactResource(PNG, 'image/png', redact)).toEqual(PNG);
    expect(await redactResource(PNG, 'font/woff2', redact)).toEqual(PNG);
  });

  it('is left out if it is neither, or if a secret is in its bytes', async () => {
    expect(await redactResource(PNG, 'application/octet-stream', redact)).toBeUndefined();
    for (const hidden of [Buffer.from(SECRET), Buffer.from(SECRET, 'utf16le')])
      expect(await redactResource(Buffer.concat([PNG, hidden]), 'image/png', redact)).toBeUndefined();
    expect(await redactResource(Buffer.from(SECRET, 'utf16le'), 'text/plain', redact)).toBeUndefined();
  });

  it('has a name that says nothing of what was left out', async () => {
    const [one, other] = await Promise.all(
      ['correct horse battery', SECRET].map((text) =>
        redactResource(Buffer.from(text), 'text/plain', redact),
      ),
    );
    expect(resourceName(one!, 'resources/aa.txt')).toBe(resourceName(other!, 'resources/bb.txt'));
    expect(resourceName(one!, 'resources/aa.txt')).toMatch(/^resources\/[0-9a-f]{40}\.txt$/);
  });
});
