import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/platform/metrics');
const MADE =
  /(counter|duration|gauge|createObservable(?:Gauge|Counter))(?:<[^(]*>)?\(\s*'([a-z_]+(?:\.[a-z_0-9]+)+)',/g;
const SERIES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  createObservableCounter: ['_total'],
  duration: ['_bucket', '_sum', '_count'],
};

/** What Prometheus calls the metrics of `shared/platform/metrics`: their own names, and those of their series. */
export async function readMetricNames(): Promise<Set<string>> {
  const texts = await Promise.all(
    ['instruments.ts', 'provider.ts'].map((file) => readFile(join(FOLDER, file), 'utf8')),
  );
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(MADE)].flatMap(([, kind = '', name = '']) => {
        const own = name.replaceAll('.', '_');
        return [own, ...(SERIES[kind] ?? []).map((suffix) => own + suffix)];
      }),
    ),
  );
}

/** The metrics that an expression of PromQL names: what is neither a label, a text nor a function. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/"[^"]*"/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/[a-z]\w*_\w+\b(?!\s*\()/gi)].map(([name]) => name);
}
