/** A page that calls the service as the original dashboard does, for `GHOSTLY_WEB_DIR`. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Resolves to its folder. */
export async function makeDashboard(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), INDEX);
  await writeFile(join(folder, 'assets', 'board-a1b2c3d4.js'), BOARD);
  return folder;
}

const INDEX = `<!doctype html><title>board</title><script type="module" src="/assets/board-a1b2c3d4.js"></script>`;

/** Calls as the dashboard does. */
const BOARD = `let token;
const call = (path, method = 'GET', body) => fetch(path, { method, body, headers: {
  ...(token && { Authorization: 'Bearer ' + token }), ...(body && { 'Content-Type': 'application/json' }), 'Accept-Language': 'en' } });
window.board = {
  async signIn(account) { token = (await (await call('/v1/auth/login', 'POST', JSON.stringify(account))).json()).token; },
  async start(body) { return (await (await call('/v1/run', 'POST', JSON.stringify(body))).json()).id; },
  async cancel(id) { const answer = await call('/v1/runs/' + id + '/cancel', 'POST'); return { status: answer.status, body: await answer.json() }; },
  watch: (id) => new Promise((resolve, reject) => {
    const seen = { statuses: [], types: [], seqs: [], steps: [] };
    const source = new EventSource('/v1/runs/' + id + '/events/stream?token=' + encodeURIComponent(token));
    const on = (name, take) => source.addEventListener(name, (event) => { try { take(JSON.parse(event.data)); } catch (error) { reject(error); } });
    on('status', ({ status }) => seen.statuses.push(status));
    on('assist', ({ type, seq, payload }) => {
      seen.types.push(type); seen.seqs.push(seq);
      if (type.startsWith('step_')) seen.steps.push(payload.rawStep ?? payload.step);
      if (type === 'run_end') seen.runEnd = payload;
    });
    on('end', () => { source.close(); resolve(seen); });
  }),
  async read(id) { return (await call('/v1/runs/' + id)).json(); },
  async pictures(id) {
    const { steps } = await board.read(id);
    return Promise.all(steps.map(({ screenshotPath }) => new Promise((resolve, reject) => {
      const picture = new Image();
      picture.onload = () => resolve(picture.naturalWidth);
      picture.onerror = () => reject(new Error('no picture ' + screenshotPath));
      picture.src = '/artifacts/' + screenshotPath.split('/').pop() + '?token=' + encodeURIComponent(token);
    })));
  },
};`;
