/** Whether an event is the end of a step that had been announced, and whose run ended before it began. */
export const neverBegan = ({ payload }: { payload: object }): boolean =>
  'begun' in payload && payload.begun === false;
