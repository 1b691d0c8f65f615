/* Runs the demo and draws what it printed: `node scripts/docs/cast.ts <file.svg>`. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { terminalPicture } from './terminal-picture.ts';

const ROOT = join(import.meta.dirname, '../..');
const target = resolve(process.argv[2] ?? join(ROOT, 'docs/media/demo.svg'));

const { stdout } = await promisify(execFile)(process.execPath, ['services/cli/main.ts', 'demo'], {
  cwd: ROOT,
  env: { ...process.env, FORCE_COLOR: '1' },
});
const lines = stdout.replace(/^\n+|\n+$/g, '').split('\n');
await mkdir(dirname(target), { recursive: true });
await writeFile(target, terminalPicture(lines, 'npm run demo'));
console.log(`wrote ${target}`);
