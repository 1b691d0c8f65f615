import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { makeTempDir } from '../../../../../services/runner/browser/chromium/temp-dir.ts';
import { createBrowserPool } from '../../../../../services/runner/browser/pool.ts';
import { startEgress } from '../../../../../services/runner/egress/egress.ts';
import { vaultWithoutKeys } from '../vault-without-keys.ts';

/** A process that holds a browser until it is killed. Arguments: folder for temp folders, address to open. */
const [root = '', baseUrl = ''] = process.argv.slice(2);
const { path } = await findChromium({ env: process.env });
const { path: tempDir } = await makeTempDir(root, 'doomed');
process.env.TMPDIR = tempDir;
const log = { info: () => undefined, warn: () => undefined };
const outer = { http: undefined, https: undefined, not: undefined };
const egress = await startEgress({ policy: 'any', outer, log });
const pool = createBrowserPool({
  headlessPath: path,
  fullPath: undefined,
  ffmpegPath: undefined,
  sandbox: 'auto',
  tempDir,
  environment: process.env,
  egress,
  log,
});
// Its artifacts would stand beside the folders that are looked for.
const steps = [{ action: 'goto', url: '/never' }];
const flow = flowSchema.parse({ baseUrl, steps, playwrightTrace: 'off' });
const run = await pool.open({
  runId: 'doomed',
  projectId: 'project',
  flow,
  vault: vaultWithoutKeys(flow),
  answers: { valueOf: () => undefined },
  artifacts: artifactsInFolder(root),
  epoch: 1,
  uploadFolders: undefined,
  logFields: { runId: 'doomed' },
  now: Date.now,
});
await run.perform(0, new AbortController().signal);
