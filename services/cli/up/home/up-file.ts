import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '#shared/platform/files/atomic-file.ts';

const pid = z.number().int().positive();

/** `up.json`: how other programs find a local stack. Pids of a server that is not ours are null. */
const upFileSchema = z.object({
  gateway: z.url(),
  /** All of them, the first one too. */
  gateways: z.array(z.url()).optional(),
  nats: z.string(),
  database: z.string(),
  apiKey: z.string(),
  pids: z.object({
    gateway: z.array(pid),
    runner: z.array(pid),
    supervisor: z.array(pid),
    nats: pid.nullable(),
    postgres: pid.nullable(),
  }),
});

export type UpFile = z.infer<typeof upFileSchema>;

export const gatewaysOf = ({ gateway, gateways }: UpFile): string[] => gateways ?? [gateway];

export const writeUpFile = (path: string, content: UpFile): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(content, null, 2)}\n`);

/** Undefined when no stack has announced itself there. */
export const readUpFile = async (path: string): Promise<UpFile | undefined> => {
  try {
    return upFileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
};
