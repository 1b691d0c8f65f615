/*
 * `npm run test:mutants [-- I3 …]`: puts each defect of `defects.ts`, or those of some invariants, into a copy of the sources, one
 * at a time, and expects a test of the file that it names to fail. Ends with 1 if a defect is not found.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { endWithParent } from '../../scripts/test/stage.ts';
import { changed } from '../support/source/change.ts';
import { DEFECTS, type Defect, isOfNpmTest } from './defects.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Not copied: what `npm ci` and `npm start` have put there. */
const LEFT_OUT = ['node_modules', '.git', '.ghostly'];
/** A defect may hang what runs it, ms. */
const HANGS_MS = 10 * 60_000;

interface Tested {
  /** The titles of the tests that failed. */
  red: string[];
  green: number;
  /** Why a file did not run. */
  trouble: string;
  seconds: number;
}

const copy = mkdtempSync(join(tmpdir(), 'ghostly-mutants-'));
const report = join(copy, 'report.json');
const ending = new AbortController();
process.once('exit', () => {
  ending.abort();
  rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
});
endWithParent();

/** The packages are linked one by one: what is built and cached is the copy's own. */
function copySources(): void {
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => name !== '.cache'))
    symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
}

async function runTests(files: readonly string[]): Promise<Tested> {
  const start = performance.now();
  rmSync(report, { force: true });
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'json', '--outputFile', report];
  const options = { cwd: copy, signal: ending.signal, timeout: HANGS_MS, maxBuffer: 2 ** 30 };
  const said = await promisify(execFile)(process.execPath, [...vitest, ...files], options).then(
    ({ stderr }) => stderr,
    (error: { stderr?: string; message: string }) => error.stderr || error.message,
  );
  return { ...readReport(said), seconds: Math.round((performance.now() - start) / 1_000) };
}

/** What is read of Vitest's report, which there is none of if not even its set-up went well. */
interface Report {
  testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
}

function readReport(said: string): Omit<Tested, 'seconds'> {
  let files: Report['testResults'];
  try {
    files = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults;
  } catch {
    return { red: [], green: 0, trouble: said };
  }
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  return {
    red: tests.flatMap(({ status, fullName }) => (status === 'failed' ? [fullName] : [])),
    green: tests.filter(({ status }) => status === 'passed').length,
    trouble: files.map(({ message }) => message).find(Boolean) ?? '',
  };
}

/** Whether it is found: by some tests of the file, for where none passes, nothing can be run that has this defect. */
async function find({ name, breaks, foundBy, ...change }: Defect): Promise<boolean> {
  const file = join(copy, change.file);
  const code = readFileSync(file, 'utf8');
  writeFileSync(file, changed(code, change));
  const { red, green, trouble, seconds } = await runTests([foundBy]);
  writeFileSync(file, code);
  const isFound = red.length > 0 && green > 0;
  const by = isFound
    ? `${isOfNpmTest(foundBy) ? 'npm test' : 'test:all'}, ${red.length} of ${red.length + green}`
    : 'NOT FOUND';
  console.log(
    `${breaks.padEnd(4)}${`${seconds} s`.padStart(5)}  ${name}\n${' '.repeat(11)}${by}: ${foundBy}`,
  );
  console.log(`${' '.repeat(11)}${red[0] ?? (trouble.trim() || 'all of its tests pass')}`);
  return isFound;
}

const given = process.argv.slice(2);
const defects = DEFECTS.filter(({ breaks }) => given.length === 0 || given.includes(breaks));
if (defects.length === 0) {
  console.error(`No defect breaks ${given.join(', ')}.`);
  process.exit(2);
}
copySources();
// What is red without any defect finds none.
const { red, green, trouble, seconds } = await runTests([...new Set(defects.map(({ foundBy }) => foundBy))]);
console.log(
  `Without a defect ${green} tests pass in ${seconds} s, ${red.length} fail. ${red.join('; ')}${trouble}`,
);
let found = 0;
if (red.length === 0 && green > 0 && trouble === '')
  for (const defect of defects) if (await find(defect)) found += 1;
console.log(`${found} of ${defects.length} defects are found.`);
process.exitCode = found === defects.length ? 0 : 1;
