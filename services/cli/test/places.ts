/** Where a flow of a batch is from. */
export interface FlowSource {
  /** The file of the flow; none of a named one. */
  file?: string | undefined;
  named?: string | undefined;
  /** The file of its rows. */
  rows?: string | undefined;
}

interface Issue {
  path: string;
  message: string;
}

/** Names a place of the batch, such as `flows.0.flow.definition.steps.2`, by the file that it is from. */
export const placed =
  (sources: readonly FlowSource[]) =>
  ({ path, message }: Issue): Issue => {
    const [, at = '', rest = ''] = /^flows\.(\d+)\.?(.*)$/.exec(path) ?? [];
    const source = at === '' ? undefined : sources[Number(at)];
    if (source === undefined) return { path: optionOf(path), message };
    const { file = source.named ?? '', rows } = source;
    const isOfRow = rest.startsWith('rows.');
    const place = rest.replace(/^(flow\.definition\.?|start\.|rows\.)/, '');
    // A file without rows is the one row itself.
    if (isOfRow && rows === undefined) return { path: inFile(file, place.replace(/^0\./, '')), message };
    return { path: inFile((isOfRow && rows) || file, place), message };
  };

/** What the fields of a batch are called as options. */
const OPTIONS: Readonly<Record<string, string>> = {
  name: '--name',
  labels: '--label',
  retries: '--retries',
  maxParallel: '--max-parallel',
  'start.baseUrl': '--base-url',
  'start.profile': '--profile',
  'start.maxDurationMs': '--max-duration',
  'start.queueTimeoutMs': '--queue-timeout',
  'start.concurrencyKey': '--concurrency-key',
  'start.runnerLabels': '--runner-labels',
};

/** `start.profile.name` is `--profile`, `labels.0` is `--label`; what no option gives stays as it is. */
function optionOf(path: string): string {
  const field = Object.keys(OPTIONS).find((name) => path === name || path.startsWith(`${name}.`));
  return field === undefined ? path : (OPTIONS[field] ?? path);
}

const inFile = (file: string, place: string): string => (place === '' ? file : `${file}: ${place}`);
