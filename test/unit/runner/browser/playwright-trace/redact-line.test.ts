/* I10, I13: no line of a Playwright trace has a secret, a session or a script, and viewers can still read it. */
import { describe, expect, it } from 'vitest';
import { createLearningRedactor } from '#shared/domain/flow/redact.ts';
import {
  type LineReader,
  redactLine,
} from '../../../../../services/runner/browser/playwright-trace/redact-line.ts';

const SECRET = 'Tr0ub4dor "3" <ñ>';
const PIN = '48151623';

const { redact, learn } = createLearningRedactor([]);
learn([SECRET, PIN]);

const reader = (more: Partial<LineReader> = {}): LineReader => ({
  redact,
  hidesFields: true,
  keep: async (file) => `${file}.kept`,
  drop: () => undefined,
  stepAt: () => 'step@1',
  ...more,
});

async function shown(line: object, more?: Partial<LineReader>): Promise<Record<string, unknown>> {
  return JSON.parse((await redactLine(JSON.stringify(line), reader(more))) ?? 'null');
}
const snapshotOf = async (html: unknown, more?: Partial<LineReader>) =>
  (await shown({ type: 'frame-snapshot', snapshot: { callId: 'call@1', html } }, more)).snapshot as {
    html: unknown;
  };

const tooLong = (text: string) => text.padEnd(5 * 2 ** 20, 'a');

describe('a line of a trace', () => {
  it('has no secret, in whatever form a text has it', async () => {
    const forms = [
      SECRET,
      JSON.stringify({ pass: SECRET }),
      encodeURIComponent(SECRET),
      Buffer.from(`user:${SECRET}`).toString('base64'),
      Buffer.from(SECRET, 'utf16le').toString('base64'),
    ];
    const line = JSON.stringify(
      await shown({ type: 'console', text: 'x', args: forms.map((value) => ({ value })) }),
    );
    expect(line.match(/\[REDACTED\]/g)?.length).toBeGreaterThanOrEqual(forms.length);
    for (const form of forms) expect(line).not.toContain(JSON.stringify(form).slice(1, -1));
  });

  it('has no number that is one, where a page may choose it', async () => {
    const call = {
      type: 'before',
      callId: 'call@1',
      startTime: 5,
      params: { value: Number(PIN), timeout: 30_000 },
    };
    expect(await shown(call)).toMatchObject({
      startTime: 5,
      params: { value: '[REDACTED]', timeout: 30_000 },
    });
  });

  it('keeps what Playwright names things by, though a secret occurs there by chance', async () => {
    const callId = `call@${PIN}`;
    expect(await shown({ type: 'after', callId, endTime: 1 })).toMatchObject({ callId });
  });

  it("I10: has no secret where a page has a name that is Playwright's elsewhere", async () => {
    const params = { type: PIN, class: PIN, method: PIN, file: PIN, callId: PIN, phase: PIN };
    expect(JSON.stringify(await shown({ type: 'event', class: 'Page', method: 'x', params }))).not.toContain(
      PIN,
    );
    const html = [
      'P',
      { class: `a ${PIN}`, type: PIN, method: PIN, phase: PIN, file: PIN, [`data-${PIN}`]: '' },
    ];
    const resourceOverrides = [
      { url: 'x', ref: { file: PIN } },
      { url: 'y', file: 'resources/1.css' },
    ];
    const page = await shown({ type: 'frame-snapshot', snapshot: { callId: PIN, html, resourceOverrides } });
    expect(page.snapshot).toMatchObject({
      callId: PIN,
      html: ['P', { class: 'a [REDACTED]', type: '[REDACTED]' }],
      resourceOverrides: [{ ref: { file: '[REDACTED]' } }, { file: 'resources/1.css.kept' }],
    });
    expect(JSON.stringify(page.snapshot).split(PIN)).toHaveLength(2);
  });

  it('has no path of this machine, and belongs to its step', async () => {
    const call = { type: 'before', callId: 'call@1', startTime: 5, stack: [{ file: '/srv/run.ts' }] };
    expect(await shown(call)).toMatchObject({ parentId: 'step@1' });
    const after = { type: 'after', callId: 'call@1', error: { message: 'no', stack: 'at /srv/run.ts' } };
    for (const line of [call, after]) expect(JSON.stringify(await shown(line))).not.toContain('/srv');
  });

  it('that was never written whole is left out', async () => {
    expect(await redactLine('{"type":"con', reader())).toBeUndefined();
  });

  it('that is too long leaves what later ones count by', async () => {
    const head =
      '{"type":"frame-snapshot","snapshot":{"callId":"c","phase":"after","pageId":"p","frameId":"f",';
    const line = await redactLine(tooLong(`${head}"html":["HTML",{},["P`), reader());
    expect(JSON.parse(line!)).toMatchObject({
      snapshot: { frameId: 'f', html: ['HTML', {}, expect.any(Array)] },
    });
    const call = await redactLine(
      tooLong('{"type":"before","callId":"c","startTime":1.5,"class":"Fr'),
      reader(),
    );
    expect(JSON.parse(call!)).toMatchObject({ type: 'before', callId: 'c', startTime: 1.5 });
    expect(await redactLine(tooLong('{"type":"console","text":"aaa'), reader())).toBeUndefined();
  });

  it('I13: that is too long names no file that would wait to be kept', async () => {
    const dropped: string[] = [];
    const overrides = JSON.stringify([
      { url: 'x', file: 'resources/1.css' },
      { url: 'y', ref: 2 },
    ]);
    const content = JSON.stringify({ _file: 'resources/2.json' });
    const text = tooLong(JSON.stringify({ type: 'console', text: overrides })) + overrides + content;
    await redactLine(text, reader({ drop: (file) => dropped.push(file) }));
    expect(dropped).toEqual(['resources/1.css', 'resources/2.json']);
  });
});

describe('a page in a trace', () => {
  const FORM = [
    'FORM',
    {},
    ['INPUT', { __playwright_value_: '4111 1111', value: '4111', name: 'card' }],
    ['INPUT', { __playwright_value_: 'Send', value: 'Send', type: 'submit' }],
    ['INPUT', { __playwright_value_: 'hunter2', type: 'PASSWORD' }],
    ['TEXTAREA', { __playwright_value_: 'note' }, 'note'],
  ];

  it('does not show what is in fields where the flow types a secret; buttons are no fields', async () => {
    const { html } = await snapshotOf(FORM);
    expect(html).toEqual([
      'FORM',
      {},
      ['INPUT', { __playwright_value_: '[REDACTED]', value: '[REDACTED]', name: 'card' }],
      ['INPUT', { __playwright_value_: 'Send', value: 'Send', type: 'submit' }],
      ['INPUT', { __playwright_value_: '[REDACTED]', type: 'PASSWORD' }],
      ['TEXTAREA', { __playwright_value_: '[REDACTED]' }, '[REDACTED]'],
    ]);
  });

  it('shows them where it types none, but for passwords', async () => {
    const { html } = await snapshotOf(FORM, { hidesFields: false });
    expect(JSON.stringify(html)).toContain('4111 1111');
    expect(JSON.stringify(html)).not.toContain('hunter2');
  });

  it('I10: has nothing by which its site knows the session again', async () => {
    const html = (content: string) => [
      'HEAD',
      {},
      ['META', { name: 'csrf-token', content }],
      ['BODY', { 'data-api-key': content }],
      ['INPUT', { type: 'hidden', name: 'authenticity_token', value: content, __playwright_value_: content }],
      ['META', { name: 'viewport', content: 'width=1' }],
    ];
    expect((await snapshotOf(html('abc123'), { hidesFields: false })).html).toEqual([
      'HEAD',
      {},
      ['META', { name: 'csrf-token', content: '[REDACTED]' }],
      ['BODY', { 'data-api-key': '[REDACTED]' }],
      [
        'INPUT',
        {
          type: 'hidden',
          name: 'authenticity_token',
          value: '[REDACTED]',
          __playwright_value_: '[REDACTED]',
        },
      ],
      ['META', { name: 'viewport', content: 'width=1' }],
    ]);
  });

  it.each(['SAMLResponse', 'assertion', 'code'])(
    'I10: has nothing that a sign-in elsewhere has filled in as `%s`',
    async (name) => {
      const field = (type: string) => ['INPUT', { type, name, value: 'f00', __playwright_value_: 'f00' }];
      const { html } = await snapshotOf(['FORM', {}, field('hidden')], { hidesFields: false });
      expect(JSON.stringify(html)).not.toContain('f00');
    },
  );

  it('has nothing that runs, and counts its nodes as before', async () => {
    const { html } = await snapshotOf([
      'BODY',
      { onload: 'run()' },
      ['SCRIPT', {}, 'run()'],
      ['A', { href: ' javascript:run()' }],
      ['IFRAME', { srcdoc: '<script>run()</script>', src: 'data:text/html,<script>run()</script>' }],
      ['P><SCRIPT', {}, 'run()'],
      ['P', { 'x><script>run()</script>': '' }],
      ['SCRIPT', 'run()', 'run()'],
      ['P><SCRIPT>run()</SCRIPT'],
    ]);
    expect(JSON.stringify(html)).not.toContain('run()');
    expect((html as unknown[]).length).toBe(9);
    expect((await snapshotOf(['STYLE', {}, 'a{}</style><script>'])).html).toEqual([
      'STYLE',
      {},
      'a{}<\\/style><script>',
    ]);
    const armed = {
      type: 'frame-snapshot',
      snapshot: { html: [], doctype: 'html><script>', viewport: { width: '<' } },
    };
    expect((await shown(armed)).snapshot).toEqual({ html: [], viewport: { width: 1_280, height: 720 } });
  });
});

describe('a request in a trace', () => {
  const entry = {
    _resourceType: 'xhr',
    request: {
      url: 'https://shop.example/api?access_token=abc123&page=2',
      headers: [
        { name: 'Authorization', value: 'Bearer abc123' },
        { name: 'X-Session-Token', value: 'abc123' },
        { name: 'Accept', value: 'application/json' },
      ],
      cookies: [{ name: 'sid', value: 'abc123' }],
      queryString: [{ name: 'access_token', value: 'abc123' }],
      postData: {
        mimeType: 'application/json',
        _file: 'resources/1.json',
        params: [{ name: 'password', value: 'abc123' }],
      },
    },
    response: {
      headers: [{ name: 'set-cookie', value: 'sid=abc123' }],
      cookies: [{ name: 'sid', value: 'abc123' }],
      content: { mimeType: 'application/json', size: 12, _file: 'resources/2.json' },
    },
  };

  it('has nothing by which the site knows the session again', async () => {
    const line = JSON.stringify(await shown({ type: 'resource-snapshot', snapshot: entry }));
    expect(line).not.toContain('abc123');
    expect(line).toContain('application/json');
    expect(line).toContain('page=2');
  });

  it('I10: has nothing by which its address opens a session once', async () => {
    const [back, sas] = [
      'https://shop.example/back?code=4/0AX4&page=2',
      'https://b.example/a?sv=1&sig=4%2F0AX4',
    ];
    const snapshot = {
      request: {
        url: back,
        headers: [{ name: 'Referer', value: back }],
        queryString: [
          { name: 'code', value: '4/0AX4' },
          { name: 'page', value: '2' },
        ],
      },
      response: { redirectURL: sas, headers: [{ name: 'Location', value: sas }] },
    };
    const line = await shown({ type: 'resource-snapshot', snapshot });
    const page = await shown({ type: 'frame-snapshot', snapshot: { callId: 'c', html: [], frameUrl: back } });
    for (const safe of [line, page]) {
      expect(JSON.stringify(safe)).not.toContain('0AX4');
      expect(JSON.stringify(safe)).toContain('page=2');
    }
  });

  it('I10: has no method that a page has made up', async () => {
    const asked = (method: string) =>
      shown({ type: 'resource-snapshot', snapshot: { ...entry, request: { ...entry.request, method } } });
    expect(await asked('PATCH')).toMatchObject({ snapshot: { request: { method: 'PATCH' } } });
    expect(await asked(`X${PIN}`)).toMatchObject({ snapshot: { request: { method: 'OTHER' } } });
  });

  it('names its bodies as they are kept, and none that is left out or a script', async () => {
    const kept: string[] = [];
    const dropped: string[] = [];
    const drop = (file: string) => dropped.push(file);
    const keep = async (file: string) => {
      kept.push(file);
      return file.includes('1') ? undefined : 'resources/new.json';
    };
    const { snapshot } = (await shown(
      { type: 'resource-snapshot', snapshot: entry },
      { keep },
    )) as unknown as {
      snapshot: typeof entry;
    };
    expect(snapshot.request.postData).not.toHaveProperty('_file');
    expect(snapshot.response.content._file).toBe('resources/new.json');
    const script = { ...entry, _resourceType: 'script' };
    await shown({ type: 'resource-snapshot', snapshot: script }, { keep, drop });
    expect(kept).toEqual(['resources/1.json', 'resources/2.json']);
    expect(dropped).toEqual(kept);
  });
});
