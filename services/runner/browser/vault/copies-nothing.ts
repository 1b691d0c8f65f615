/**
 * An init script for each page and frame of a run that types secrets: its keys would copy one to the clipboard, and paste it
 * at any other origin. It listens before any script of the page does.
 */
export const COPIES_NOTHING = `for (const kind of ['copy', 'cut'])
  addEventListener(kind, (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, true);
for (const name of ['write', 'writeText'])
  if (globalThis.Clipboard) Clipboard.prototype[name] = async () => {
    throw new DOMException('The clipboard is not written in this run.', 'NotAllowedError');
  };`;
