/*
 * Texts of others, such as names and selectors, where no element keeps their direction to themselves: in titles, and in
 * sentences that are one text. Pure.
 */

const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** The text without the characters that would turn what stands beside it round. */
export const withoutDirections = (text: string): string => text.replace(DIRECTIONS, '');

/** Whether nothing of it can be seen: it has spaces alone, and characters that have no width. */
export const isBlank = (text: string): boolean =>
  !/[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\u2800]/u.test(text);
