/** The browser has read it by then. */
const KEPT_MS = 60_000;

/** Has the browser save a text as a file. */
export function saveFile(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Names come from the flow: nothing of them leads to another folder or hides an ending. */
const fileName = (name: string): string => name.replaceAll(/[^\w.-]/g, '_').slice(0, 120);
