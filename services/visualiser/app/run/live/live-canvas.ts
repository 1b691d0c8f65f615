import type { LiveState } from './live-socket.ts';

type Box = NonNullable<NonNullable<LiveState['step']>['box']>;

/** What is drawn: the last picture, and around the element of the step a frame. Owns the picture. */
export class LiveCanvas {
  readonly #canvas: HTMLCanvasElement;
  #picture: ImageBitmap | undefined;
  #box: Box | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  async show(jpeg: Blob): Promise<void> {
    const picture = await createImageBitmap(jpeg).catch(() => undefined);
    if (!picture) return;
    this.#picture?.close();
    this.#picture = picture;
    this.#draw();
  }

  point(box: Box | undefined): void {
    if (String(box) === String(this.#box)) return;
    this.#box = box;
    this.#draw();
  }

  close(): void {
    this.#picture?.close();
    this.#picture = undefined;
  }

  #draw(): void {
    const [canvas, picture] = [this.#canvas, this.#picture];
    const drawing = canvas.getContext('2d');
    if (!picture || !drawing) return;
    const { width, height } = picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    drawing.drawImage(picture, 0, 0);
    if (!this.#box) return;
    const [x, y, w, h] = this.#box;
    drawing.lineWidth = Math.max(2, width / 400);
    drawing.strokeStyle = getComputedStyle(canvas).getPropertyValue('--accent') || '#4f46e5';
    drawing.strokeRect(x * width - 3, y * height - 3, w * width + 6, h * height + 6);
  }
}
