import { relative } from 'node:path';
import { gatewaysOf, type UpFile } from './home/up-file.ts';

export interface ReadyFacts {
  up: UpFile;
  cwd: string;
  homePath: string;
  apiKeyFile: string;
  inMs: number;
  /** Only at the first start; the password only if it was generated. */
  admin: { email: string; password: string | undefined } | undefined;
  /** Whose key it would be. */
  adminEmail: string;
  /** A flow to try, relative to the working directory. */
  example: string | undefined;
  processes: string;
}

const shorten = (cwd: string, path: string): string => {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
};

const noKey = (email: string): string =>
  `No API key: the database has users, but no admin ${email}. Restart with GHOSTLY_ADMIN_EMAIL set to one of its ` +
  'admins, or log in, create a key with POST /v1/api-keys and set GHOSTLY_API_KEY.';

/** What `up` prints once everything is ready: the addresses, and a first command to try. */
export const readyMessage = (facts: ReadyFacts): string => {
  const { up, cwd, homePath, apiKeyFile, inMs, admin, example, processes } = facts;
  const keyFile = shorten(cwd, apiKeyFile);
  const rows: [string, string][] = [
    ...gatewaysOf(up).map((url): [string, string] => ['gateway', url]),
    ...(up.apiKey === '' ? [] : [['API key', keyFile] as [string, string]]),
    ['home', `${shorten(cwd, homePath)}  (${processes})`],
  ];
  if (admin !== undefined) {
    const { email, password } = admin;
    rows.push([
      'admin',
      password === undefined ? email : `${email}, password ${password}  (shown this once)`,
    ]);
  }
  const curl = `curl -s -H "X-Api-Key: $(cat ${keyFile})" ${up.gateway}/v1/runs`;
  const attempt = example === undefined ? curl : `npx ghostly run ${example} --watch`;
  return [
    `Ghostly is ready (${(inMs / 1000).toFixed(1)} s).`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(9)}${value}`),
    '',
    ...(up.apiKey === ''
      ? [`  ${noKey(facts.adminEmail)}`]
      : [
          `  Open ${up.gateway} and sign in as ${facts.adminEmail}, or try it in another terminal:`,
          `    ${attempt}`,
        ]),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n');
};
