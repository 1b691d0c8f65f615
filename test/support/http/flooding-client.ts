/*
 * A process that floods a gateway with requests of one user: each loop sends the next when the last is answered.
 * `flood` begins, answered by `flooding` once every loop had an answer; `rest` ends it, answered by what came.
 */
import { Agent, request } from 'node:http';

export interface FloodOptions {
  url: string;
  apiKey: string;
  projectId: string;
  /** The run that is read again and again. */
  runId: string;
  /** Loops of each kind. */
  reads: number;
  starts: number;
  cancels: number;
}

export interface FloodAnswers {
  /** How many requests got which status. */
  statuses: Record<string, number>;
  /** When each answer came, by the clock that all processes of a machine share (`process.hrtime`), ms. */
  at: number[];
}

const options = JSON.parse(process.argv[2]!) as FloodOptions;
/** New for each flood: the gateway closes connections that rest. */
let agent: Agent;
const headers = { 'X-Api-Key': options.apiKey, 'Content-Type': 'application/json' };
const flow = JSON.stringify({
  project: options.projectId,
  baseUrl: 'http://127.0.0.1:1',
  steps: [{ action: 'goto', url: '/' }],
  // No runner takes it: only what a gateway does is to be measured.
  runnerLabels: ['of-no-runner'],
});

interface Answer {
  status: string;
  text: string;
}

function send(method: string, path: string, body?: string): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>();
  const failed = () => answer.resolve({ status: 'none', text: '' });
  const sent = request(`${options.url}${path}`, { method, headers, agent }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    response.once('end', () => answer.resolve({ status: String(response.statusCode), text }));
    response.once('error', failed);
  });
  sent.once('error', failed);
  sent.end(body);
  return answer.promise;
}

let last = options.runId;
const read = () => send('GET', `/v1/runs/${options.runId}`);
const cancel = () => send('POST', `/v1/runs/${last}/cancel`, '{}');
async function start(): Promise<Answer> {
  const answer = await send('POST', '/v1/run', flow);
  if (answer.status === '202') last = (JSON.parse(answer.text) as { id: string }).id;
  return answer;
}
const loops = [
  ...Array.from({ length: options.reads }, () => read),
  ...Array.from({ length: options.starts }, () => start),
  ...Array.from({ length: options.cancels }, () => cancel),
];

let flooding = false;

async function flood(): Promise<FloodAnswers> {
  const statuses: FloodAnswers['statuses'] = {};
  const at: number[] = [];
  let answered = 0;
  flooding = true;
  agent = new Agent({ keepAlive: true });
  const loop = async (sendNext: () => Promise<Answer>) => {
    for (let first = true; first || flooding; first = false) {
      const { status } = await sendNext();
      statuses[status] = (statuses[status] ?? 0) + 1;
      at.push(Number(process.hrtime.bigint()) / 1e6);
      if (first && ++answered === loops.length) process.send!('flooding');
    }
  };
  await Promise.all(loops.map(loop));
  agent.destroy();
  return { statuses, at };
}

process.on('message', (order) => {
  if (order === 'rest') flooding = false;
  else void flood().then((answers) => process.send!(answers));
});
process.once('disconnect', () => process.exit());
