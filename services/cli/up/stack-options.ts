import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { publicKeyText } from '#shared/platform/seal/key-text.ts';
import type { CommandContext } from '../command.ts';
import { findTemplate } from '../local/postgres/template.ts';
import { prepareMachine } from '../setup/setup.ts';
import { type BuildNeeds, type ServiceScripts, webAppFolder } from './built.ts';
import type { Home } from './home/home.ts';
import { endLeftovers } from './home/leftovers.ts';
import { loadSecrets } from './home/secrets.ts';
import { chooseGatewayPorts } from './ports.ts';
import type { UpSettings } from './settings.ts';
import type { StackOptions } from './stack.ts';

export interface StackNeeds {
  context: CommandContext;
  serviceScripts: (needs: BuildNeeds) => Promise<ServiceScripts>;
  home: Home;
  settings: UpSettings;
  say: (line: string) => void;
}

/** Makes sure of all that a stack needs on this machine, and clears what an earlier one left. @throws LocalError */
export const stackOptions = async (needs: StackNeeds): Promise<StackOptions> => {
  const { context, serviceScripts, home, settings, say } = needs;
  const { env, cwd, root } = context;
  const { external } = settings;
  const needed = { postgres: !external.database, nats: !external.nats, chromium: true };
  const webDir = webAppFolder({ root, env, say });
  const scripts = serviceScripts({ root, env, say });
  const machine = await prepareMachine(needed, { env, say, onWarn: say });
  if (machine === undefined)
    throw new LocalError('binary_missing', 'not started: see the missing programs above');

  if (settings.egress !== 'any' && !env.GHOSTLY_EGRESS)
    say(
      `HOST is ${settings.host}: flows reach public addresses only; GHOSTLY_EGRESS=any lets them reach this machine and its network`,
    );
  const ended = await endLeftovers(home);
  if (ended.length > 0) say(`ended processes of an earlier start: ${ended.join(', ')}`);
  const gatewayPorts = await chooseGatewayPorts(settings.port, settings.gateways, settings.host);
  const { secrets, isNew } = await loadSecrets(home);
  return {
    home,
    secrets,
    secretsWereLost: isNew,
    cwd,
    scripts,
    gatewayPorts,
    external,
    webDir,
    env: {
      ...env,
      HOST: settings.host,
      GHOSTLY_HOME: home.path,
      GHOSTLY_JWT_SECRET: settings.jwtSecret ?? secrets.jwtSecret,
      ...sealKeys(env.GHOSTLY_SEAL_KEY || secrets.sealKey),
      CHROMIUM_PATH: machine.chromium,
      GHOSTLY_EGRESS: settings.egress,
    },
    databaseTemplate: external.database ? undefined : findTemplate(root),
    runners: settings.runners,
    drainMs: settings.drainMs,
    natsServer: machine.natsServer,
  };
};

/** Both keys of the vault from the private one; each service is given the one that it reads. */
const sealKeys = (privateText: string) => ({
  GHOSTLY_SEAL_KEY: privateText,
  GHOSTLY_SEAL_PUBLIC_KEY: publicKeyText(privateText),
});
