import { chromium } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { PATIENCE_MS } from '../eventually.ts';

const COLOURS = {
  red: [255, 0, 0],
  lime: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  grey: [128, 128, 128],
};
type Colour = keyof typeof COLOURS;

export interface Colours extends AsyncDisposable {
  /** Which of them a picture has most of. */
  of(jpeg: Uint8Array): Promise<Colour>;
}

/** Reads JPEGs with a browser of its own. */
export async function openColours(): Promise<Colours> {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox'],
    timeout: PATIENCE_MS,
  });
  const page = await browser.newPage();
  return {
    async of(jpeg) {
      const seen = await page.evaluate(meanOf, Buffer.from(jpeg).toString('base64'));
      const far = ([, rgb]: [string, number[]]) =>
        rgb.reduce((sum, value, index) => sum + (value - (seen[index] ?? 0)) ** 2, 0);
      const [[nearest]] = Object.entries(COLOURS).toSorted((one, other) => far(one) - far(other)) as [
        [Colour, number[]],
      ];
      return nearest;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

declare function createImageBitmap(picture: Blob): Promise<object>;
interface Drawing {
  drawImage(picture: object, x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): { data: Iterable<number> };
}
declare const OffscreenCanvas: new (width: number, height: number) => { getContext(kind: '2d'): Drawing };

/** Runs in the page. */
async function meanOf(base64: string): Promise<number[]> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  const drawing = new OffscreenCanvas(1, 1).getContext('2d');
  drawing.drawImage(picture, 0, 0, 1, 1);
  return [...drawing.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
