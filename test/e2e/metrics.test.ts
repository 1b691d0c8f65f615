/* What each process counts for Prometheus agrees with what the API says of the runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ensurePromtool } from '#shared/adapters/binaries/binaries.ts';
import { eventually, PATIENCE_MS } from '../support/eventually.ts';
import type { FlowStep } from '../support/http/client.ts';
import { readSeries, type Series, sumOf } from '../support/http/figures.ts';
import { isEvent } from '../support/http/sse.ts';
import { needs } from '../support/machine.ts';
import { tables } from '../support/source/tables.ts';
import type { ServiceProcess } from '../support/stack/service-process.ts';
import { useStack } from '../support/stack/use-stack.ts';

const bench = useStack({ besides: [], env: { GHOSTLY_HEALTH_PORT: '0' } });

const PASS = [{ action: 'goto', url: '/plain' }];
const FAIL = [...PASS, { action: 'click', selector: '#no', timeoutMs: 100 }];
const WAIT = [...PASS, { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 }];
const [PASSED, FAILED, CANCELLED] = [10, 5, 4];

async function scrape(service: ServiceProcess): Promise<string> {
  const said = await service.logged('"health":');
  const { health } = JSON.parse(said) as { health: number };
  const answer = await fetch(`http://127.0.0.1:${health}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

/** What `promtool check metrics` has to say about it: nothing. */
async function lint(figures: string): Promise<string> {
  const promtool = spawn(await ensurePromtool({ env: process.env, say: () => undefined }), [
    'check',
    'metrics',
  ]);
  promtool.stdin.end(figures);
  const [said, errors] = await Promise.all([
    text(promtool.stdout),
    text(promtool.stderr),
    promtool.exitCode === null ? once(promtool, 'close') : undefined,
  ]);
  return said + errors;
}

const PAGE = new URL('../../docs/metrics.md', import.meta.url);
/** The names with a dot that a cell has, as Prometheus has them. */
const namesIn = (cell = '') =>
  [...cell.matchAll(/`([^`]+\.[^`]+)`/g)].map(([, name]) => name!.replaceAll('.', '_'));

/** What docs/metrics.md says that there is and these processes, by name, do not have. */
async function missingOf(figures: Readonly<Record<string, readonly Series[]>>): Promise<string[]> {
  const [rows = []] = tables(await readFile(PAGE, 'utf8'));
  const reported = rows.slice(2).flatMap(([names, of = '', , labels]) =>
    namesIn(names).flatMap((name) =>
      Object.keys(figures)
        .filter((service) => of.includes('all') || of.includes(service))
        .map((service) => ({ name, service, labels: namesIn(labels) })),
    ),
  );
  expect(reported.length).toBeGreaterThan(30);
  return reported
    .filter(({ name, service, labels }) => {
      const own = figures[service]!.filter((one) => one.name.replace(/_(total|count)$/, '') === name);
      return own.length === 0 || labels.some((label) => own.every((one) => one.labels[label] === undefined));
    })
    .map(({ name, service }) => `${name} of the ${service}`);
}

const start = (steps: FlowStep[]) => bench.client.start({ baseUrl: bench.site.url, steps });
const times = <Result>(count: number, work: () => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, work));

async function cancelled(): Promise<void> {
  const id = await start(WAIT);
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  await bench.client.cancel(id);
  await watch.ended();
}

/** All runs of the test wait for the same slots. */
const ended = (id: string) =>
  eventually(
    async () => {
      const { body } = await bench.client.request<{ status: string }>('GET', `/v1/runs/${id}?wait=30`);
      expect(['pass', 'fail']).toContain(body.status);
    },
    { timeoutMs: 4 * PATIENCE_MS },
  );

test(
  'what each process counts agrees with what the API says, and promtool finds no fault with it',
  async () => {
    await needs('promtool');
    const { client, stack } = bench;
    const [runner, supervisor] = await Promise.all([stack.start('runner'), stack.start('supervisor')]);
    await times(CANCELLED, cancelled);
    await Promise.all([
      times(PASSED, async () => ended(await start(PASS))),
      times(FAILED, async () => ended(await start(FAIL))),
    ]);
    // No runner takes it: a supervisor ends it.
    const queued = await client.start({ baseUrl: bench.site.url, steps: PASS, runnerLabels: ['gpu'] });
    await eventually(async () =>
      expect(sumOf(readSeries(await scrape(supervisor)), 'cicd_pipeline_run_active', PENDING)).toBe(1),
    );
    await client.cancel(queued);
    await ended(queued);

    const texts = await Promise.all([bench.gateway, runner, supervisor].map(scrape));
    expect(await Promise.all(texts.map(lint))).toEqual(['', '', '']);
    const [ofGateway, ofRunner, ofSupervisor] = texts.map(readSeries) as [Series[], Series[], Series[]];

    const { body: runs } = await client.request<{ stopReason?: string }[]>('GET', '/v1/runs?limit=1000');
    const RUNS = 'cicd_pipeline_run_duration_count';
    const reasons = new Set(runs.map(({ stopReason = '' }) => stopReason));
    expect([...reasons].toSorted()).toEqual(['', 'cancelled', 'step_failed']);
    for (const reason of reasons)
      expect(sumOf([...ofRunner, ...ofSupervisor], RUNS, { ghostly_run_stop_reason: reason }), reason).toBe(
        runs.filter(({ stopReason = '' }) => stopReason === reason).length,
      );
    expect(sumOf(ofRunner, RUNS, { cicd_pipeline_result: 'success' })).toBe(PASSED);
    expect(sumOf(ofRunner, RUNS, { cicd_pipeline_result: 'cancellation' })).toBe(CANCELLED);
    expect(sumOf(ofSupervisor, RUNS, { cicd_pipeline_result: 'cancellation' })).toBe(1);

    expect(sumOf(ofGateway, 'ghostly_run_accepted_total')).toBe(runs.length);
    expect(sumOf(ofRunner, 'ghostly_run_claimed_total')).toBe(runs.length - 1);
    expect(sumOf(ofGateway, 'ghostly_cancel_requested_total', { ghostly_cancel_mode: 'graceful' })).toBe(
      CANCELLED + 1,
    );
    for (const hop of ['delivery', 'interruption', 'context_close', 'total'])
      expect(sumOf(ofRunner, 'ghostly_cancel_hop_duration_count', { ghostly_cancel_hop: hop }), hop).toBe(
        CANCELLED,
      );
    const STEPS = 'cicd_pipeline_task_run_duration_count';
    expect(sumOf(ofRunner, STEPS, { ghostly_step_action: 'goto', ghostly_step_result: 'ok' })).toBe(
      PASSED + FAILED + CANCELLED,
    );
    expect(sumOf(ofRunner, STEPS, { ghostly_step_action: 'click', ghostly_step_result: 'failed' })).toBe(
      FAILED,
    );
    const started = { http_route: '/v1/run', http_response_status_code: '202' };
    expect(sumOf(ofGateway, 'http_server_request_duration_count', started)).toBe(runs.length);

    expect(await missingOf({ gateway: ofGateway, runner: ofRunner, supervisor: ofSupervisor })).toEqual([]);
    expect(sumOf(ofRunner, 'ghostly_runner_slots', { ghostly_slot_state: 'busy' })).toBe(0);
    expect(sumOf(ofRunner, 'ghostly_runner_slots', { ghostly_slot_state: 'free' })).toBeGreaterThan(0);
    expect(
      sumOf(ofRunner, 'ghostly_browser_launched_total', { ghostly_browser_result: 'started' }),
    ).toBeGreaterThan(0);
    expect(sumOf(ofSupervisor, 'ghostly_supervisor_leading')).toBe(1);
    expect(sumOf(ofSupervisor, 'cicd_pipeline_run_active')).toBe(0);
    for (const figures of [ofGateway, ofRunner, ofSupervisor])
      for (const dependency of ['database', 'nats'])
        expect(sumOf(figures, 'ghostly_dependency_up', { ghostly_dependency: dependency })).toBe(1);
    // No id, no URL, no text of anybody's: the same series however many runs there are.
    expect(texts.join()).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|https?:\/\//);
  },
  6 * PATIENCE_MS,
);

const PENDING = { cicd_pipeline_run_state: 'pending' };
