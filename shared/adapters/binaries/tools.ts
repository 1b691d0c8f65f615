/** The external programs that npm does not install: those that Ghostly runs, and for the tests `pgbouncer`, `moto_server`, `promtool` and `kubectl`. */
export type ToolName =
  | 'nats-server'
  | 'chromium-headless-shell'
  | 'chromium'
  | 'pgbouncer'
  | 'moto_server'
  | 'promtool'
  | 'kubectl';

export interface Tool {
  name: ToolName;
  /** Names on PATH, the best first. */
  commands: readonly string[];
  /** Real programs that Debian's start scripts of the same name would run. */
  installed: readonly string[];
  /** `with`: packages that it does not start without, and does not ask for. */
  debian: { package: string; program: string; with?: readonly string[] };
  /** How it is asked whether it runs here; `--version` by default. */
  proof?: string;
  homebrew?: readonly string[];
  /** Playwright's own build: folder prefix below its browsers folder, and the name to install it by. */
  playwright?: { folder: string; program: RegExp; install: string };
  /** It can be downloaded as one program (`download.ts`). */
  released?: true;
  missing: string;
}

const CHROMIUM_MISSING =
  'install it (Debian: sudo apt-get install chromium-headless-shell; ' +
  'others: npx playwright install --with-deps chromium-headless-shell) or set CHROMIUM_PATH to a Chromium';

export const BINARY_TOOLS: Readonly<Record<ToolName, Tool>> = {
  'nats-server': {
    name: 'nats-server',
    commands: ['nats-server'],
    installed: [],
    debian: { package: 'nats-server', program: 'usr/sbin/nats-server' },
    homebrew: ['nats-server'],
    released: true,
    missing:
      'install it (Debian and Ubuntu: sudo apt-get install nats-server; macOS: brew install nats-server), ' +
      'or set NATS_URL to a NATS of your own with JetStream',
  },
  'chromium-headless-shell': {
    name: 'chromium-headless-shell',
    commands: ['chromium-headless-shell', 'chrome-headless-shell'],
    installed: ['/usr/lib/chromium/chromium-headless-shell'],
    debian: { package: 'chromium-headless-shell', program: 'usr/lib/chromium/chromium-headless-shell' },
    playwright: {
      folder: 'chromium_headless_shell-',
      program: /^chrome-headless-shell-[a-z0-9-]+\/chrome-headless-shell$/,
      install: 'chromium-headless-shell',
    },
    missing: CHROMIUM_MISSING,
  },
  chromium: {
    name: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    installed: [
      '/usr/lib/chromium/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ],
    debian: { package: 'chromium', program: 'usr/lib/chromium/chromium' },
    homebrew: ['--cask', 'chromium'],
    playwright: {
      folder: 'chromium-',
      program:
        /^chrome-[a-z0-9-]+\/(chrome|Google Chrome for Testing\.app\/Contents\/MacOS\/Google Chrome for Testing)$/,
      install: 'chromium',
    },
    missing: CHROMIUM_MISSING,
  },
  pgbouncer: {
    name: 'pgbouncer',
    commands: ['pgbouncer'],
    installed: [],
    debian: { package: 'pgbouncer', program: 'usr/sbin/pgbouncer' },
    homebrew: ['pgbouncer'],
    missing: 'install it (Debian and Ubuntu: sudo apt-get install pgbouncer; macOS: brew install pgbouncer)',
  },
  moto_server: {
    name: 'moto_server',
    commands: ['moto_server'],
    // Before one of another Python that may be on PATH.
    installed: ['/usr/bin/moto_server'],
    debian: { package: 'python3-moto', program: 'usr/bin/moto_server', with: ['python3-flask-cors'] },
    proof: '--help',
    missing:
      "install it (Debian and Ubuntu: sudo apt-get install python3-moto python3-flask-cors; others: pip install 'moto[server]')",
  },
  promtool: {
    name: 'promtool',
    commands: ['promtool'],
    installed: [],
    debian: { package: 'promtool', program: 'usr/bin/promtool' },
    homebrew: ['prometheus'],
    missing: 'install it (Debian and Ubuntu: sudo apt-get install promtool; macOS: brew install prometheus)',
  },
  kubectl: {
    name: 'kubectl',
    commands: ['kubectl'],
    installed: [],
    debian: { package: 'kubernetes-client', program: 'usr/bin/kubectl' },
    proof: '--help',
    homebrew: ['kubernetes-cli'],
    missing:
      'install it (Debian and Ubuntu: sudo apt-get install kubernetes-client; macOS: brew install kubernetes-cli)',
  },
};
