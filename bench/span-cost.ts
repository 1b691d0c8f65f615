import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { startMakingSpans } from '#shared/platform/traces/provider.ts';
import { beginRequest, tellSpan } from '#shared/platform/traces/spans.ts';
import { statementSpan } from '#shared/platform/traces/statement-span.ts';

/** A collector as a process of its own, so that its CPU is not counted: it takes whatever comes. */
const COLLECTOR = `
const server = require('node:http').createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end());
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());`;

async function startCollector(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['-e', COLLECTOR], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}/v1/traces`, child };
}

/** What a run of three steps has. */
const SPANS = 20;
/** At once; then what waits is sent, as it is after five seconds. */
const BATCH = 25;

function tellRunOf(spans: number): void {
  const request = beginRequest('POST', { parent: undefined, role: 'server' });
  for (let n = 1; n < spans; n += 1) {
    const at = Date.now();
    const [name, start] = statementSpan('UPDATE', 'runs', request.traceparent);
    tellSpan(name, { ...start, at }, { at: at + 5 });
  }
  request.end({ name: 'POST /v1/run', attributes: { 'http.response.status_code': 202 } });
}

/** CPU that it takes to make and send the spans of a run, user and system, ms; in this process, which does nothing else. */
export async function spanCost(runs: number): Promise<{ spans: number; ms: number }> {
  const { url, child } = await startCollector();
  const end = startMakingSpans({
    url,
    resource: { 'service.name': 'bench' },
    sampling: { name: 'always_on', ratio: 1 },
    onTrouble: (error) => console.error(error),
    onRecovered: () => undefined,
  });
  const tell = async (count: number) => {
    for (let n = 0; n < count; n += BATCH) {
      for (let run = 0; run < BATCH; run += 1) tellRunOf(SPANS);
      await delay(50);
    }
    await delay(5_200);
  };
  await tell(500);
  const before = process.cpuUsage();
  await tell(runs);
  const { user, system } = process.cpuUsage(before);
  await end();
  child.disconnect();
  return { spans: SPANS, ms: (user + system) / 1_000 / runs };
}
