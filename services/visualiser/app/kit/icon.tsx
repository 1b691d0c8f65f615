/** Drawn on a grid of 16; strokes take the colour of the text. */
const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  chevrons: 'M4 4l4 4-4 4M8.5 4l4 4-4 4',
  play: 'M5 3.5v9l7-4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stop: 'M4.5 4.5h7v7h-7z',
  slash: 'M12.2 3.8L3.8 12.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  ladder: 'M5 2v12M11 2v12M5 5h6M5 8h6M5 11h6',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  left: 'M10 3.5L5.5 8l4.5 4.5',
  right: 'M6 3.5L10.5 8 6 12.5',
  search: 'M10.5 10.5L14 14M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0z',
  gear: 'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 4.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M6 11.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  server: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  braces:
    'M6 2.5H5A1.5 1.5 0 0 0 3.5 4v2.5L2 8l1.5 1.5V12A1.5 1.5 0 0 0 5 13.5h1M10 2.5h1A1.5 1.5 0 0 1 12.5 4v2.5L14 8l-1.5 1.5V12a1.5 1.5 0 0 1-1.5 1.5h-1',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  link: 'M6.5 9.5l3-3M7 5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.5 1.5a2.8 2.8 0 0 1-4-4L5 7',
  again: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  branch: 'M4.5 2.5v11M4.5 9.5c0-3 7-1.5 7-5.5M9.5 6l2-2.5 2 2.5',
  warning: 'M8 2.5l6 11H2zM8 6.5v3M8 11.7h.01',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  arrow: 'M3 8h10M9 4l4 4-4 4',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  save: 'M8 2.5v7M4.5 6.5L8 10l3.5-3.5M3 13.5h10',
  bookmark: 'M4.5 2.5h7v11L8 10.5l-3.5 3z',
  ticket: 'M4 3.5h8v10H4zM6.5 2.5h3v2h-3zM6.5 7.5h3M6.5 10h3',
  dashes: 'M3 8h2M7 8h2M11 8h2',
} as const;
export type IconName = keyof typeof PATHS;

/** A picture beside a word that says the same, so it is hidden from who listens. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The same inside another drawing, around a point. */
export function IconMark({ name, x, y, size }: { name: IconName; x: number; y: number; size: number }) {
  return (
    <path
      class="icon-mark"
      d={PATHS[name]}
      transform={`translate(${x - size / 2} ${y - size / 2}) scale(${size / 16})`}
    />
  );
}

export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M16 3C9.9 3 6 7.6 6 13.6V28l4-3.2 3 3.2 3-3.2 3 3.2 3-3.2 4 3.2V13.6C26 7.6 22.1 3 16 3Z" />
      <circle cx="12.4" cy="13.4" r="2.1" />
      <circle cx="19.6" cy="13.4" r="2.1" />
    </svg>
  );
}
