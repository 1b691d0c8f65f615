/*
 * npm run bench:stream: how many bytes of the event stream finished runs take, by their number of steps. Real stack, real
 * browser, one run at a time.
 */
import { connect } from 'nats';
import { startBenchStack, startPage } from './stack.ts';

const RUNS = Number(process.argv[2] ?? 10);
const GOTO = { action: 'goto', url: '/' };
const FILL = { action: 'fill', selector: '#name', value: 'Ada' };
const CLICK = { action: 'click', selector: '#buy' };
const FLOWS = [
  [GOTO],
  [GOTO, FILL, CLICK],
  [GOTO, ...Array.from({ length: 12 }, () => [FILL, CLICK]).flat()],
];

await using stack = await startBenchStack();
await using page = await startPage();
const { host, username, password } = new URL(stack.nats);
const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
const { streams } = await connection.jetstreamManager();
const stored = async () => (await streams.info('GHOSTLY_EVENTS')).state;

const headers = { 'X-Api-Key': stack.apiKey, 'Content-Type': 'application/json' };
const api = async <Reply>(path: string, body?: unknown): Promise<Reply> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${stack.gateway}${path}`, { headers, ...init })).json() as Promise<Reply>;
};
const [project] = await api<[{ id: string }]>('/v1/projects');

/** Until the stream has the last message of a run. */
async function runToEnd(steps: readonly object[]): Promise<void> {
  const ended = connection.subscribe('ghostly.v1.events.*.*.*.end', { max: 1 });
  await connection.flush();
  const { id } = await api<{ id: string }>('/v1/run', { project: project.id, baseUrl: page.url, steps });
  for await (const _ of ended);
  const { status } = await api<{ status: string }>(`/v1/runs/${id}`);
  if (status !== 'pass') throw new Error(`the run ended as ${status}`);
}

console.log('| steps | messages per run | bytes per run | runs per GiB |\n| --- | --- | --- | --- |');
for (const steps of FLOWS) {
  const before = await stored();
  for (let n = 0; n < RUNS; n += 1) await runToEnd(steps);
  const after = await stored();
  const messages = Math.round((after.messages - before.messages) / RUNS);
  const bytes = Math.round((after.bytes - before.bytes) / RUNS);
  console.log(`| ${steps.length} | ${messages} | ${bytes} | ${Math.round(1024 ** 3 / bytes)} |`);
}
await connection.close();
