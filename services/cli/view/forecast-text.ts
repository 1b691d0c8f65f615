import type { StageForecast } from '#shared/adapters/database/online/estimate.ts';
import type { Forecast } from '#shared/adapters/database/online/forecast.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { textTable } from './text-table.ts';

/** What `ghostly prepare --dry-run` shows. */
export function forecastText({ tables, migrations }: Forecast): string[] {
  if (migrations.length === 0) return ['No migration is pending.'];
  const count = migrations.length === 1 ? '1 migration is' : `${migrations.length} migrations are`;
  return [
    `${count} pending. Nothing was changed.`,
    ...(tables.length === 0 ? [] : ['', ...textTable(tables.map(sizeRow), new Set([1, 2]))]),
    ...migrations.flatMap(({ name, stages }) => ['', name, ...stages.flatMap(stageText)]),
    '',
    'A lock that is not free within 1.5 s is left to others and tried again. Times are rules of thumb.',
  ];
}

const sizeRow = ({ table, rows, bytes }: Forecast['tables'][number]) => [
  { text: table },
  { text: `${Math.round(rows).toLocaleString('en')} rows` },
  { text: `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB` },
];

function stageText({ kind, what, locks, ms }: StageForecast): string[] {
  const time = `about ${formatDuration(ms)}`;
  const tables = locks.map(({ table, mode }) =>
    kind === 'backfill'
      ? `rows of ${table} in batches, ${time} in all: a write waits for one batch at most`
      : `${table}, ${mode}, ${time}: ${waiting(mode)}`,
  );
  return [
    `  ${what}`,
    ...(tables.length === 0 ? ['nothing that is in use'] : tables).map((text) => `    locks ${text}`),
  ];
}

type LockMode = StageForecast['locks'][number]['mode'];

function waiting(mode: LockMode): string {
  if (mode === 'access exclusive') return 'reads and writes wait';
  return LETS_WRITE.has(mode) ? 'nobody waits' : 'writes wait';
}

const LETS_WRITE: ReadonlySet<LockMode> = new Set(['row share', 'row exclusive', 'share update exclusive']);
