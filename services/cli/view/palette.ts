import { styleText } from 'node:util';

const COLOURS = ['bold', 'dim', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;

export type Colour = (typeof COLOURS)[number];
/** Coloured or plain text. */
export type Palette = Record<Colour, (text: string) => string>;

export const createPalette = (isOn: boolean): Palette => {
  // Whether to use colours is decided by the caller.
  const paint = (colour: Colour) => (text: string) =>
    isOn && text !== '' ? styleText(colour, text, { validateStream: false }) : text;
  return Object.fromEntries(COLOURS.map((colour) => [colour, paint(colour)])) as Palette;
};
