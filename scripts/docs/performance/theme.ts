/** Colours of a picture on a light or a dark page, with which text has a contrast of 4.5 or more. */
export const THEMES = {
  light: {
    page: '#ffffff',
    edge: '#d1d9e0',
    ink: '#1f2328',
    muted: '#59636e',
    grid: '#e6eaef',
    level: ['#e4e8fb', '#eef0fc'],
    ours: '#5263e6',
    chromium: '#eda53b',
    postgres: '#2a9d78',
    nats: '#c84f93',
    bad: '#cf4a37',
    auto: '#eef1fe',
  },
  dark: {
    page: '#0d1117',
    edge: '#3d444d',
    ink: '#f0f6fc',
    muted: '#9198a1',
    grid: '#222a34',
    level: ['#272e58', '#1c2240'],
    ours: '#7f8cff',
    chromium: '#e0a040',
    postgres: '#3fb68f',
    nats: '#e07ab3',
    bad: '#f07b68',
    auto: '#1a2042',
  },
} as const;

export type Theme = (typeof THEMES)['light' | 'dark'];
export type Owner = 'ours' | 'chromium' | 'postgres' | 'nats';
