import { mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packMcp } from '../../../scripts/mcp-package/pack.ts';
import { overStdio } from '../../support/agents/agent.ts';
import { useAgents } from '../../support/agents/use-agents.ts';
import { filesOf, run } from '../../support/client-package.ts';
import { CLONE } from '../../support/stack/cli.ts';

const { bench, flow } = useAgents();
let folder: string;
let packed: string;

/** Unpacked without npm, since that would ask a registry for what it needs. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghostly-test-mcp-'));
  await run('tar', ['-xzf', await packMcp(folder), '-C', folder]);
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@ghostly'), { recursive: true });
  packed = join(modules, '@ghostly/mcp');
  await rename(join(folder, 'package'), packed);
  for (const name of ['zod', '@modelcontextprotocol'])
    await symlink(join(CLONE, 'node_modules', name), join(modules, name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed server', () => {
  test('is plain JavaScript with its licence, and a command', async () => {
    const manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies)).toEqual(['@modelcontextprotocol/sdk', 'zod']);
    const files = await filesOf(packed);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', manifest.bin['ghostly-mcp']]));
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([]);
  });

  test('runs a flow', async () => {
    await using agent = await overStdio(bench, { args: [join(packed, 'dist/main.js')] });
    const { data } = await agent.run(flow({ action: 'goto', url: '/plain' }));
    expect(data.run.outcome).toBe('pass');
  });
});
