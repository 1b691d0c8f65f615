import type { Page } from 'playwright';
import encodeQR from 'qr';
import { describe, expect, it } from 'vitest';
import { findings } from '../../support/visualiser/axe.ts';
import { text, useVisualiser } from '../../support/visualiser/bench.ts';
import { expectNowhere, openSecretForm, openVault, secretsOf } from '../../support/visualiser/vault.ts';

const bench = useVisualiser();

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const URI = `otpauth://totp/Acme:ann%40acme.test?secret=${SEED}&issuer=Acme&digits=8`;
/** A white point. */
const BLANK = 'R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=';

/** The smallest picture there is: a point for each square. */
const picture = (holds: string) => Buffer.from(encodeQR(holds, 'gif', { scale: 1 }));
const file = (name: string, buffer: Buffer, mimeType = 'image/gif') => ({ name, mimeType, buffer });

type Give = (page: Page, picture: Buffer) => Promise<void>;
const choose: Give = (page, given) => page.setInputFiles('dialog [type=file]', file('code.gif', given));

const BYTES = (given: Buffer) =>
  `Uint8Array.from(atob('${given.toString('base64')}'), (one) => one.charCodeAt(0))`;

const dispatch =
  (event: string): Give =>
  (page, given) =>
    page.evaluate(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${BYTES(given)}], 'code.gif', { type: 'image/gif' }));
      document.querySelector('[name=uri]').dispatchEvent(${event});
    })()`);
const drop = dispatch(`new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })`);
const paste = dispatch(
  `new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })`,
);

/** The picture as a camera has it: on a desk, turned, out of focus, compressed. */
const photograph: Give = async (page, given) => {
  const taken = await page.evaluate<string>(`(async () => {
    const canvas = new OffscreenCanvas(1600, 1200);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#cfc8ba';
    pen.fillRect(0, 0, 1600, 1200);
    pen.translate(700, 640);
    pen.rotate(0.2);
    pen.imageSmoothingEnabled = false;
    pen.filter = 'blur(1.5px)';
    pen.drawImage(await createImageBitmap(new Blob([${BYTES(given)}])), -300, -300, 600, 600);
    const photo = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.5 });
    return [...new Uint8Array(await photo.arrayBuffer())].map((one) => String.fromCharCode(one)).join('');
  })()`);
  await page.setInputFiles(
    'dialog [type=file]',
    file('photo.jpg', Buffer.from(taken, 'latin1'), 'image/jpeg'),
  );
};

describe('the key of one-time codes', () => {
  it('is read from a picture that is chosen, dropped, pasted or photographed, and goes to the gateway alone', async () => {
    const { page, ...vault } = await openVault(bench);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    const form = await openSecretForm(page);
    await form.getByLabel('Name', { exact: true }).fill('shop');
    await form.getByText('One-time codes').click();
    await form.getByLabel('Origins').fill('https://shop.example');
    const key = form.getByLabel('Key', { exact: true });
    for (const give of [choose, drop, paste, photograph]) {
      await key.fill('');
      await key.blur();
      await form.locator('.code-field .fine').waitFor({ state: 'detached' });
      await give(page, picture(URI));
      await form.getByText('One-time codes of Acme for ann@acme.test: 8 digits, every 30 s.').waitFor();
      expect(await key.inputValue()).toBe(URI);
      expect(await key.getAttribute('type')).toBe('password');
    }
    expect(await form.locator('[type=file]').inputValue()).toBe('');
    expect(await findings(page)).toEqual([]);
    expect(sent.filter((one) => one.includes(SEED))).toEqual([]);
    await form.getByRole('button', { name: 'Store it' }).click();
    await page.locator('.secret-card').waitFor();
    await expectNowhere(page, SEED);
    expect(await text(page, '.secret-card')).toContain(`\${totp.shop}`);
    expect(await secretsOf(vault)).toMatchObject([{ kind: 'totp', name: 'shop' }]);
  });

  it('is not in every picture: each says why', async () => {
    const { page } = await openVault(bench);
    const form = await openSecretForm(page);
    await form.getByText('One-time codes').click();
    for (const [given, why] of [
      [file('notes.png', Buffer.from('no picture'), 'image/png'), 'no picture that the browser can read'],
      [file('empty.gif', Buffer.from(BLANK, 'base64')), 'no QR code to be found'],
      [file('a.gif', picture('https://shop.example/enroll')), 'an address of something else'],
      [file('b.gif', picture(URI.replace('totp', 'hotp'))), 'codes by a counter'],
      [file('c.gif', picture('otpauth-migration://offline?data=abc')), 'an export of several keys'],
      [file('d.gif', picture('just some text')), 'no key of one-time codes'],
      [file('e.png', Buffer.alloc(16 * 1024 * 1024 + 1), 'image/png'), 'larger than 16 MB'],
    ] as const) {
      await form.locator('[type=file]').setInputFiles(given);
      await form.locator('.code-field [role=status]', { hasText: why }).waitFor();
    }
    expect(await form.getByLabel('Key', { exact: true }).inputValue()).toBe('');
  });
});
