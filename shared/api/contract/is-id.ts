export const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `text` has the form of an id; anything else is not looked up. */
export const isId = (text: string): boolean => ID.test(text);
