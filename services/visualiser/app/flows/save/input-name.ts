/** Names of inputs, as a field of a form checks them; the gateway alone decides. */
export const VALUE_NAME_PATTERN = '[A-Za-z_][A-Za-z0-9_\\-]{0,63}';
