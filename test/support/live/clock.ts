import { chromium } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { PATIENCE_MS } from '../eventually.ts';

export interface Clocks extends AsyncDisposable {
  /** The number that a picture shows in 20 squares of 1/20 of its width, the lowest bit first; white is 1. */
  read(jpeg: Uint8Array): Promise<number>;
}

/** Reads the clocks in JPEGs with a browser of its own. */
export async function openClocks(): Promise<Clocks> {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox'],
    timeout: PATIENCE_MS,
  });
  const page = await browser.newPage();
  return {
    async read(jpeg) {
      const base64 = Buffer.from(jpeg).toString('base64');
      return Number(await page.evaluate(`(${READ})(${JSON.stringify(base64)})`));
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

const READ = `async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  const drawing = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  drawing.drawImage(picture, 0, 0);
  const size = picture.width / 20;
  let number = 0;
  for (let bit = 0; bit < 20; bit += 1) {
    const [light] = drawing.getImageData((bit + 0.5) * size, size / 2, 1, 1).data;
    if (light > 127) number += 2 ** bit;
  }
  return number;
}`;
