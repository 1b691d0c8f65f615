/*
 * The text of a QR code in a picture. Everything happens in the browser: the picture is sent nowhere and kept nowhere.
 * Loaded when the first picture is given.
 */
import decodeQR from 'qr/decode.js';
import type { PictureProblem } from './code-problems.ts';

const MOST_BYTES = 16 * 1024 * 1024;
/** The longest side that the decoder takes, and one below which the squares of a code may be too small for it. */
const SIDE = { most: 4_096, least: 600 };
/** What it may take to look for a code that is hard to find, ms. */
const SEARCH_MS = 3_000;

export async function readPicture(picture: Blob): Promise<{ text: string } | { problem: PictureProblem }> {
  if (picture.size > MOST_BYTES) return { problem: 'too_large' };
  const bitmap = await createImageBitmap(picture).catch(() => undefined);
  if (!bitmap) return { problem: 'no_picture' };
  const pixels = pixelsOf(bitmap);
  bitmap.close();
  if (!pixels) return { problem: 'no_picture' };
  try {
    return { text: decodeQR(pixels, { effort: Number.POSITIVE_INFINITY, timeLimit: SEARCH_MS }) };
  } catch {
    return { problem: 'no_code' };
  }
}

/** A large picture is made smaller, a small one larger; what is transparent is white. */
function pixelsOf(bitmap: ImageBitmap): ImageData | undefined {
  const side = Math.max(bitmap.width, bitmap.height);
  const scale = side > SIDE.most ? SIDE.most / side : Math.max(1, Math.ceil(SIDE.least / side));
  const [width, height] = [bitmap.width, bitmap.height].map((length) =>
    Math.max(1, Math.floor(length * scale)),
  ) as [number, number];
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) return undefined;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
