const SGR = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

export type Colour = keyof typeof SGR;
/** Texts in colours, or as they are. */
export type Palette = Record<Colour, (text: string) => string>;

export const createPalette = (isOn: boolean): Palette => {
  const paint = ([on, off]: readonly [number, number]) =>
    isOn ? (text: string) => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`) : (text: string) => text;
  const entries = Object.entries(SGR).map(([name, codes]) => [name, paint(codes)]);
  return Object.fromEntries(entries) as Palette;
};
