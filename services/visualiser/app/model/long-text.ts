/** What is cut short to three lines where there is little room. */
export const isLong = (text: string): boolean => text.length > 110 || text.split('\n').length > 3;
