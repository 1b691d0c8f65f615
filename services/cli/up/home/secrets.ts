/*
 * Owns: <home>/secrets.json and <home>/api-key, both 0600. Keeps I10: no other place holds these values, besides up.json
 * and nats-server's own configuration, which are 0600 too.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createIssuerSeed } from '#shared/adapters/bus/subscribers/issuer.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import { writeFileAtomically } from '#shared/platform/files/atomic-file.ts';
import { onCode } from '#shared/platform/files/on-code.ts';
import { newPrivateKeyText } from '#shared/platform/seal/key-text.ts';
import { randomSecret } from '../../local/secret.ts';
import type { Home } from './home.ts';

const secretsSchema = z.object({
  jwtSecret: z.string().min(32),
  databasePassword: z.string().min(16),
  natsService: z.string().min(16),
  natsReader: z.string().min(16),
  /** Signs who may subscribe. */
  natsIssuerSeed: z.string().min(16),
  /** Opens what is in the vault; the newest first, separated by commas. */
  sealKey: z.string().min(32),
  /** The password of the role that the services sign in as; `databasePassword` is the superuser's. */
  servicesPassword: z.string().min(16),
});

export type Secrets = z.infer<typeof secretsSchema>;

function readSecrets(text: string, { secretsFile }: Home): Secrets {
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const advice =
      'if an earlier commit made it, remove the folder that it is in (GHOSTLY_HOME) and start again';
    throw new ConfigError(`${secretsFile} cannot be used: ${advice}`, { cause });
  }
}

const readOptional = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(onCode('ENOENT', undefined));

/** The secrets of this home, and whether they were made now: on its first start, or after they were lost. @throws when the file is there but cannot be used */
export const loadSecrets = async (home: Home): Promise<{ secrets: Secrets; isNew: boolean }> => {
  const text = await readOptional(home.secretsFile);
  if (text !== undefined) return { secrets: readSecrets(text, home), isNew: false };
  const secrets: Secrets = {
    jwtSecret: randomSecret(),
    databasePassword: randomSecret(),
    natsService: randomSecret(),
    natsReader: randomSecret(),
    natsIssuerSeed: createIssuerSeed(),
    sealKey: newPrivateKeyText(),
    servicesPassword: randomSecret(),
  };
  await store(home, secrets);
  return { secrets, isNew: true };
};

const store = (home: Home, secrets: Secrets): Promise<void> =>
  writeFileAtomically(home.secretsFile, `${JSON.stringify(secrets, null, 2)}\n`);

export const loadApiKey = async (home: Home): Promise<string | undefined> =>
  (await readOptional(home.apiKeyFile))?.trim() || undefined;

export const storeApiKey = (home: Home, apiKey: string): Promise<void> =>
  writeFileAtomically(home.apiKeyFile, `${apiKey}\n`);
