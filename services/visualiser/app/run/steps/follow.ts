/** Scrolls a box, and nothing around it, so that the element in it is seen. */
export function showInBox(box: HTMLElement | null, selector: string): void {
  const row = box?.querySelector<HTMLElement>(selector);
  if (!box || !row) return;
  const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
  // An element higher than the box is shown from its beginning.
  if (top < box.scrollTop || bottom - top > box.clientHeight) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
