/** `text`, cut to `longest` characters if it has more. */
export const shorten = (text: string, longest: number): string => {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, Math.max(0, longest - 1)).join('')}…` : text;
};
