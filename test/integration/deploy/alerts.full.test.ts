/* Each alert fires for what it should and nothing else, and alerts and dashboard name metrics that there are. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { ensurePromtool } from '#shared/adapters/binaries/binaries.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { readSeries } from '../../support/http/figures.ts';
import { needs } from '../../support/machine.ts';
import { metricsIn, readMetricNames } from '../../support/source/metric-names.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
}
interface Rules {
  groups: { rules: Rule[] }[];
}
interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string }[];
}

const rules = (parse(await read('deploy/alerts.yml')) as Rules).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(await read('deploy/grafana/ghostly.json')) as { panels: Panel[] };
const known = await readMetricNames();

async function promtool(...args: string[]): Promise<string> {
  await needs('promtool');
  const program = await ensurePromtool({ env: process.env, say: () => undefined });
  const { stdout } = await promisify(execFile)(program, args);
  return stdout;
}

describe('deploy/alerts.yml', () => {
  it('fires for what it should and for nothing else: promtool test rules', async () => {
    expect(await promtool('test', 'rules', join(ROOT, 'deploy/alerts.test.yml'))).toContain('SUCCESS');
  });

  it('names metrics that there are', () => {
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !known.has(name))).toEqual([]);
  });

  it('watches increases of series that are there, at 0, before their first event', async () => {
    const texts: string[] = [];
    for (const service of ['gateway', 'runner', 'supervisor'])
      texts.push(await collectFigures(service, '0').read());
    const series = texts.flatMap(readSeries);
    const watched = rules.flatMap(({ expr }) => [
      ...expr.matchAll(/increase\((?<name>\w+)(?:\{(?<label>\w+)="(?<value>\w+)"\})?\[/g),
    ]);
    expect(watched.length).toBeGreaterThan(4);
    const missing = watched.filter(({ groups = {} }) => {
      const { name, label, value } = groups;
      return !series.some(
        (one) => one.name === name && one.value === 0 && (label === undefined || one.labels[label] === value),
      );
    });
    expect(missing.map(([text]) => text)).toEqual([]);
  });

  it('has each alert tested, and described in docs/operate.md with what to do', async () => {
    const tests = await read('deploy/alerts.test.yml');
    const [, section = ''] = /\n### Alerts\n(.*?)\n#/s.exec(await read('docs/operate.md')) ?? [];
    const reported = [...section.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, severity]) => [
      name,
      severity,
    ]);
    expect(reported).toEqual(rules.map(({ alert, labels: { severity } }) => [alert, severity]));
    for (const { alert } of rules) expect(tests).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:`));
  });

  it('is what the component for the Prometheus operator has', async () => {
    const component = parse(await read('deploy/kubernetes/components/monitoring/alerts.yaml')) as {
      spec: Rules;
    };
    expect(component.spec).toEqual(parse(await read('deploy/alerts.yml')));
  });
});

describe('deploy/grafana/ghostly.json', () => {
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

  it('asks for metrics that there are, in expressions that Prometheus takes', async () => {
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.flatMap(metricsIn).filter((name) => !known.has(name))).toEqual([]);
    const folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const recorded = expressions.map((expr, n) => ({
      record: `panel_${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    await writeFile(join(folder, 'rules.yml'), stringify({ groups: [{ name: 'all', rules: recorded }] }));
    expect(await promtool('check', 'rules', join(folder, 'rules.yml'))).toContain(
      `${recorded.length} rules found`,
    );
  });

  it('shows every metric of Ghostly’s own', () => {
    const shown = new Set(
      expressions.flatMap(metricsIn).map((name) => name.replace(/_(bucket|sum|count|total)$/, '')),
    );
    const own = [...known].filter((name) => !/_(bucket|sum|count|total)$/.test(name));
    expect(own.filter((name) => !shown.has(name) && !NOT_SHOWN.has(name))).toEqual([]);
  });

  it('has panels with an id each, in a grid where none covers another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

/** Reported by others, and asked for by alerts alone. */
const NOT_SHOWN = new Set(['ghostly_cancel_requested', 'process_uptime']);
